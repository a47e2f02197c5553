import type { BackupCopy, Snapshot } from '../../core/backup.ts'

/** How far restic says it is, in bytes; null for any other line. */
export const readStatus = (line: string): { readonly done: number; readonly all: number } | null => {
  const said = objectIn(line)
  if (said?.message_type !== 'status') return null
  const { bytes_done = 0, total_bytes = 0 } = said
  return typeof bytes_done === 'number' && typeof total_bytes === 'number'
    ? { done: bytes_done, all: total_bytes }
    : null
}

/** What restic says at the end of a backup; null for any other line. */
export const readSummary = (line: string): BackupCopy | null => {
  const said = objectIn(line)
  if (said?.message_type !== 'summary') return null
  return {
    snapshot: String(said.snapshot_id),
    files: Number(said.total_files_processed),
    bytes: Number(said.total_bytes_processed),
    added: Number(said.data_added),
  }
}

/** What `restic snapshots --json` prints, oldest first. A line that it says before is passed over. */
export const readSnapshots = (text: string): readonly Snapshot[] =>
  ((JSON.parse(/^(\[|null).*/ms.exec(text)?.[0] ?? 'null') as readonly Record<string, unknown>[] | null) ?? [])
    .map(({ id, time, hostname, tags, paths }) => ({
      id: String(id),
      at: new Date(String(time)).toISOString(),
      host: String(hostname),
      tags: (tags ?? []) as readonly string[],
      paths: paths as readonly string[],
    }))
    .sort((one, other) => one.at.localeCompare(other.at))

const objectIn = (line: string): Record<string, unknown> | null => {
  try {
    return line.startsWith('{') ? JSON.parse(line) : null
  } catch {
    return null
  }
}
