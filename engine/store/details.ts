import type { Problem } from '../core/error.ts'
import type { HostOutcome, PlannedChange, PlannedReaction } from '../core/event.ts'
import type { HostFacts } from '../core/host.ts'
import type { Queries } from './database/database.ts'
import type { Run } from './runs.ts'

/** What a run came to on a host; without an outcome where its end was not recorded. */
export interface RecordedHost {
  readonly host: string
  readonly outcome: HostOutcome | null
  readonly changed: number | null
  readonly reacted: number | null
  readonly owed: readonly string[] | null
  readonly problem: Problem | null
  readonly notices: readonly string[] | null
  /** Milliseconds. */
  readonly duration: number | null
}

interface OfHost {
  readonly host: string
  readonly at: Date | null
}

export type RecordedChange = PlannedChange & OfHost & { readonly outcome: 'planned' | 'changed' }
export type RecordedReaction = PlannedReaction & OfHost & { readonly outcome: 'planned' | 'done' }

export interface RecordedStep extends OfHost {
  readonly line: number
  readonly key: string
  readonly title: string
  readonly came: 'intended' | 'done' | 'failed'
  readonly duration: number | null
  readonly problem: Problem | null
}

export interface RecordedRelease extends OfHost {
  readonly app: string
  readonly release: string
  readonly happened: string
}

/** Everything that is known of a run. */
export interface RunDetails {
  readonly run: Run
  readonly hosts: readonly RecordedHost[]
  readonly resources: readonly RecordedChange[]
  readonly reactions: readonly RecordedReaction[]
  readonly steps: readonly RecordedStep[]
  readonly warnings: readonly { readonly host: string | null; readonly at: Date | null; readonly message: string }[]
  readonly facts: readonly (OfHost & { readonly facts: HostFacts })[]
  readonly releases: readonly RecordedRelease[]
}

export const detailsOf = async (queries: Queries, run: Run): Promise<RunDetails> => {
  const of = async <Row>(table: string, order: string): Promise<readonly Row[]> => {
    const sql = `SELECT * FROM fettle.${table} WHERE run = $1 ORDER BY ${order}`
    const rows = await queries.query<Row & { readonly run: string }>(sql, [run.run])
    return rows.map(({ run: _, ...row }) => row as Row)
  }
  return {
    run,
    hosts: await of('hosts', 'host'),
    resources: await of('resources', 'host, at, key'),
    reactions: await of('reactions', 'host, at, unit'),
    steps: await of('steps', 'line'),
    warnings: await of('warnings', 'line'),
    facts: await of('facts', 'host'),
    releases: await of('releases', 'line'),
  }
}
