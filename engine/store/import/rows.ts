import type { Event, HostPlan, HostResult, PlannedChange, PlannedReaction } from '../../core/event.ts'
import type { Row, Table } from './tables.ts'

/** An event as a journal has it. */
export type Recorded = Event & { readonly at: string }

const row = (table: Table, values: Row['values']): Row => ({ table, values })

/** What one line of a journal adds to the tables. What a newer Fettle wrote and this one does not know adds nothing. */
export const rowsOf = (event: Recorded, line: number): readonly Row[] =>
  (readers[event.type] as Reader<Event> | undefined)?.(event, line) ?? []

type Reader<Of extends Event> = (event: Of & { readonly at: string }, line: number) => readonly Row[]

const nothing = (): readonly Row[] => []

const happened = (event: Extract<Recorded, { readonly type: `release.${string}` }>, line: number): readonly Row[] => {
  const { type, at, host, app, release } = event
  return [row('releases', { line, at, host, app, release, happened: type.slice('release.'.length) })]
}

const readers: { readonly [Type in Event['type']]: Reader<Extract<Event, { type: Type }>> } = {
  // Journals of the first version do not say by whom.
  'run.started': ({ at, by, site, environment, command, hosts }) => [
    row('runs', { started: at, site, environment, command, hosts, ...(by && authorOf(by)) }),
  ],
  'site.revision': ({ revision }) =>
    revision ? [row('runs', { revision: revision.commit, dirty: revision.dirty })] : [],
  'host.connecting': nothing,
  'host.seen': ({ at, host, facts }) => [row('facts', { host, at, facts })],
  'host.planned': ({ host, plan }) => plannedRows(host, plan),
  'host.performing': nothing,
  'step.intended': ({ at, host, key, title }, line) => [row('steps', { line, at, host, key, title, came: 'intended' })],
  'step.progress': nothing,
  'step.done': ({ at, host, key, title, duration }, line) => [
    row('steps', { line, at, host, key, title, came: 'done', duration }),
  ],
  'step.failed': ({ at, host, key, title, problem }, line) => [
    row('steps', { line, at, host, key, title, came: 'failed', problem }),
  ],
  'resource.changed': ({ at, host, change }) => [resourceRow(host, change, { outcome: 'changed', at })],
  'reaction.done': ({ at, host, reaction }) => [reactionRow(host, reaction, { outcome: 'done', at })],
  'release.placed': happened,
  'release.live': happened,
  'release.healthy': happened,
  'release.removed': happened,
  'wave.started': nothing,
  'patch.planned': nothing,
  'rollout.reverting': ({ at, app, problem }, line) => [
    row('warnings', { line, at, message: `${app} is taken back: ${problem.message}` }),
  ],
  'backup.made': nothing,
  warning: ({ at, host, message }, line) => [row('warnings', { line, at, host, message })],
  'host.done': ({ result }) => [hostRow(result)],
  'run.finished': ({ at, duration, results }) => [row('runs', { finished: at, duration }), ...results.map(hostRow)],
  'run.failed': ({ at, problems }) => [row('runs', { finished: at, problems })],
}

const authorOf = ({ who, from, process, job }: Extract<Event, { type: 'run.started' }>['by']) => ({
  who,
  machine: from,
  process,
  job,
})

const plannedRows = (host: string, { changes, reactions, notices }: HostPlan): readonly Row[] => [
  row('hosts', { host, notices }),
  ...changes.map((change) => resourceRow(host, change, { outcome: 'planned' })),
  ...reactions.map((reaction) => reactionRow(host, reaction, { outcome: 'planned' })),
]

const resourceRow = (host: string, change: PlannedChange, came: object): Row =>
  row('resources', { host, ...change, ...came })

const reactionRow = (host: string, reaction: PlannedReaction, came: object): Row =>
  row('reactions', { host, ...reaction, ...came })

const hostRow = ({ host, outcome, changed, reacted, owed, problem, duration }: HostResult): Row =>
  row('hosts', { host, outcome, changed, reacted, owed, problem, duration })
