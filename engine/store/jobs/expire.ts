import type { JobRun } from '../../core/job-run.ts'
import type { Queries } from '../database/database.ts'
import { columns } from './runs.ts'

/** Milliseconds from an attempt that came to nothing to the next one; null for none. */
export type RetryAfter = (run: JobRun) => number | null

/** Of one job, or of all that a site has or had. */
interface Where {
  readonly site: string
  readonly job?: string
}

/** Ends attempts whose runner has not been heard of for as long as its lease was, and gives them back. */
export const endExpired = async (
  queries: Queries,
  { site, job }: Where,
  retryAfter: RetryAfter,
): Promise<readonly JobRun[]> => {
  const ended = await queries.query<JobRun>(
    `UPDATE fettle.job_runs SET outcome = 'interrupted', ended = clock_timestamp()
     WHERE site = $1 AND ($2::text IS NULL OR job = $2) AND outcome IS NULL AND lease < clock_timestamp()
     RETURNING ${columns}`,
    [site, job ?? null],
  )
  return Promise.all(ended.map((run) => withRetry(queries, site, run, retryAfter(run))))
}

/** Notes when an attempt is to be begun anew. */
export const withRetry = async (queries: Queries, site: string, run: JobRun, wait: number | null): Promise<JobRun> => {
  if (wait === null) return run
  const [noted] = await queries.query<JobRun>(
    `UPDATE fettle.job_runs SET retry = clock_timestamp() + make_interval(secs => $3::double precision / 1000)
     WHERE site = $1 AND job = $2 AND fence = $4::bigint RETURNING ${columns}`,
    [site, run.job, wait, run.fence],
  )
  return noted ?? run
}
