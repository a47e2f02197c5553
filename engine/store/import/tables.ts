/** What a journal fills, and what tells one row of each from the others besides the run. */
export const tables = {
  runs: {
    keys: [],
    columns: [
      ...['site', 'environment', 'command', 'who', 'machine', 'process', 'job', 'hosts', 'revision', 'dirty'],
      ...['started', 'finished', 'duration', 'problems'],
    ],
  },
  hosts: {
    keys: ['host'],
    columns: ['outcome', 'changed', 'reacted', 'owed', 'problem', 'notices', 'duration'],
  },
  facts: { keys: ['host'], columns: ['at', 'facts'] },
  resources: {
    keys: ['host', 'key'],
    columns: ['role', 'action', 'outcome', 'at', 'differences', 'steps', 'provisional'],
  },
  reactions: { keys: ['host', 'unit'], columns: ['asks', 'because', 'owed', 'outcome', 'at'] },
  steps: { keys: ['line'], columns: ['at', 'host', 'key', 'title', 'came', 'duration', 'problem'] },
  warnings: { keys: ['line'], columns: ['at', 'host', 'message'] },
  releases: { keys: ['line'], columns: ['at', 'host', 'app', 'release', 'happened'] },
} as const satisfies Readonly<Record<string, { readonly keys: readonly string[]; readonly columns: readonly string[] }>>

export type Table = keyof typeof tables

/** Part of a row: what is left out stays as it is. */
export interface Row {
  readonly table: Table
  readonly values: Readonly<Record<string, unknown>>
}
