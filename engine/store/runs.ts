import type { Problem } from '../core/error.ts'
import { FettleError } from '../core/error.ts'
import type { HostOutcome, OwnProcess } from '../core/event.ts'
import type { Queries } from './database/database.ts'

/** The head of a run. What its journal did not say, or not yet, is null. */
export interface Run {
  readonly run: string
  readonly site: string | null
  readonly environment: string | null
  readonly command: string | null
  readonly who: string | null
  readonly machine: string | null
  readonly process: OwnProcess | null
  /** The job by the clock that it was started by. */
  readonly job: string | null
  readonly hosts: readonly string[] | null
  readonly revision: string | null
  readonly dirty: boolean | null
  readonly started: Date | null
  /** Null of a run that is under way, or was killed. */
  readonly finished: Date | null
  /** Milliseconds. */
  readonly duration: number | null
  /** Why it ended before its hosts did. */
  readonly problems: readonly Problem[] | null
  /** How many hosts came to what. */
  readonly outcomes: Readonly<Partial<Record<HostOutcome, number>>>
}

const heads = `
  SELECT runs.*, COALESCE(
    (SELECT jsonb_object_agg(outcome, number) FROM (
      SELECT outcome, count(*) AS number FROM fettle.hosts
      WHERE hosts.run = runs.run AND outcome IS NOT NULL GROUP BY outcome
    ) AS counted), '{}') AS outcomes
  FROM fettle.runs`

/** Names tell the second only. */
export const newestFirst = 'ORDER BY started DESC NULLS LAST, run DESC'

export interface Chosen {
  readonly limit: number
  /** Only runs that were for this host. */
  readonly host?: string
}

/** The newest first. */
export const listRuns = (queries: Queries, { limit, host }: Chosen): Promise<readonly Run[]> =>
  queries.query<Run>(
    `${heads} WHERE $1::text IS NULL OR runs.hosts @> to_jsonb($1::text) ${newestFirst} LIMIT $2::integer`,
    [host ?? null, limit],
  )

/** The one whose name begins so. Errors: `run.unknown`, also where there are several. */
export const oneRun = async (queries: Queries, start: string): Promise<Run> => {
  const found = await queries.query<Run>(`${heads} WHERE starts_with(run, $1) ORDER BY run = $1 DESC, run LIMIT 4`, [
    start,
  ])
  const [first, second] = found
  if (first && (!second || first.run === start)) return first
  throw new FettleError({
    code: 'run.unknown',
    message: first ? `several runs begin with "${start}"` : `no run is called "${start}"`,
    hint: first ? `say more of it: ${found.map(({ run }) => run).join(', ')}` : 'fettle runs lists them',
  })
}
