import type { Problem } from '../../engine/core/error.ts'
import type { Found } from '../../engine/rollout/backup/restore-database.ts'
import { momentOf, type Scratch } from '../../engine/rollout/backup/scratch.ts'
import type { Tried } from '../../engine/rollout/backup/try-app.ts'
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
  /** From the first step until every table had been looked at, and its apps were healthy. */
  readonly rto: number
  /** From that moment to the one that was asked for, or that of the copy; null where nobody knows. */
  readonly rpo: number | null
  /** What the copy lacks of what its server had when it was begun, in words. */
  readonly lacks: readonly string[]
  /** The apps that were healthy with it. */
  readonly apps: readonly Tried[]
}

export const restoredOf = (
  { databases, heartbeat, lacks, duration }: Found,
  scratch: Scratch,
  host: string,
  apps: readonly Tried[] = [],
): Restored => {
  const { backup, snapshot } = scratch
  const rto = apps.reduce((sum, app) => sum + app.duration, duration)
  const rpo = heartbeat && Math.max(0, momentOf(scratch).getTime() - heartbeat.getTime())
  return { host, cluster: backup.cluster, snapshot: snapshot.id, databases, heartbeat, rto, rpo, lacks, apps }
}

export const restoredText = ({ host, cluster, databases, heartbeat, rto, rpo, lacks, apps }: Restored): string => {
  const found = databases.map(({ name, tables }) => `${name} (${counted(tables, 'table')})`).join(', ')
  const lost =
    heartbeat === null || rpo === null
      ? 'RPO unknown: no heartbeat was ever written'
      : `RPO ${durationText(rpo)}: its last heartbeat is of ${heartbeat.toISOString()}`
  return [
    `${cluster} on ${host}: ${found}, every table is sound`,
    ...lacks.map((lack) => `when it was copied its server had more: ${lack}`),
    ...apps.map(
      ({ app, host, release, duration }) =>
        `${app} ${release} on ${host} was healthy with it after ${durationText(duration)}`,
    ),
    `RTO ${durationText(rto)}; ${lost}`,
  ].join('\n')
}

/** Milliseconds by which the last heartbeat may be before its copy: a server that is in order has one a second. */
const mostStale = 5 * 60_000

/** Pure. What is wrong with a copy that could be restored, but was old when it was made. */
export const staleProblem = ({ host, cluster, heartbeat, rpo }: Restored): Problem | null =>
  rpo !== null && rpo <= mostStale
    ? null
    : {
        code: 'backup.failed',
        host,
        message: `the copy of ${cluster} has nothing of ${rpo === null ? 'any time that is known' : `the last ${durationText(rpo)} before it was made`}`,
        detail: heartbeat ? `its last heartbeat is of ${heartbeat.toISOString()}` : 'it has no heartbeat',
        hint: 'fettle db status says how the servers are',
      }

/** Pure. What is wrong with a copy that has not all that its server had when it was begun. */
export const lackingProblem = ({ host, cluster, lacks }: Restored): Problem | null =>
  lacks.length === 0
    ? null
    : {
        code: 'backup.failed',
        host,
        message: `the copy of ${cluster} has not all that its server had when it was begun`,
        detail: lacks.join('; '),
        hint: 'were tables dropped while it was made? Then the next copy is in order',
      }
