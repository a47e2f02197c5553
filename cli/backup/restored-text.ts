import type { Found } from '../../engine/rollout/backup/restore-database.ts'
import type { Scratch } from '../../engine/rollout/backup/scratch.ts'
import { durationText } from '../render/duration.ts'
import { counted } from '../render/look.ts'

/** What a restore came to. Times in milliseconds. */
export interface Restored {
  readonly host: string
  readonly cluster: string
  readonly snapshot: string
  readonly databases: Found['databases']
  /** When the last moment was of which it knows. */
  readonly heartbeat: Date | null
  /** From the first step until every table had been looked at. */
  readonly rto: number
  /** From that moment to the one that was asked for, or that of the copy; null where nobody knows. */
  readonly rpo: number | null
}

export const restoredOf = (
  { databases, heartbeat, duration: rto }: Found,
  { backup, snapshot, until }: Scratch,
  host: string,
): Restored => {
  const asked = until ?? new Date(snapshot.at)
  const rpo = heartbeat && Math.max(0, asked.getTime() - heartbeat.getTime())
  return { host, cluster: backup.cluster, snapshot: snapshot.id, databases, heartbeat, rto, rpo }
}

export const restoredText = ({ host, cluster, databases, heartbeat, rto, rpo }: Restored): string => {
  const found = databases.map(({ name, tables }) => `${name} (${counted(tables, 'table')})`).join(', ')
  const lost =
    heartbeat === null || rpo === null
      ? 'RPO unknown: no heartbeat was ever written'
      : `RPO ${durationText(rpo)}: its last heartbeat is of ${heartbeat.toISOString()}`
  return `${cluster} on ${host}: ${found}, every table is sound\nRTO ${durationText(rto)}; ${lost}`
}
