import type { Ending, JobRun } from '../../core/job-run.ts'
import type { Database } from '../database/database.ts'
import { storableText } from '../import/upsert.ts'
import type { JobKey } from './claim.ts'
import { type RetryAfter, withRetry } from './expire.ts'
import { columns } from './runs.ts'

export interface Held extends JobKey {
  readonly fence: number
}

/** Says that an attempt is still under way. False where it was taken for dead meanwhile. */
export const beat = async (database: Database, { site, job, fence }: Held, lease: number): Promise<boolean> => {
  const kept = await database.query(
    `UPDATE fettle.job_runs SET lease = clock_timestamp() + make_interval(secs => $4::double precision)
     WHERE site = $1 AND job = $2 AND fence = $3::bigint AND outcome IS NULL RETURNING fence`,
    [site, job, fence, lease],
  )
  return kept.length > 0
}

/** Notes what an attempt came to. Null where it was taken for dead meanwhile: then that stays. */
export const endRun = (
  database: Database,
  { site, job, fence }: Held,
  { outcome, exit, duration, run, output }: Ending,
  retryAfter: RetryAfter,
): Promise<JobRun | null> =>
  database.transaction(async (queries) => {
    const [ended] = await queries.query<JobRun>(
      `UPDATE fettle.job_runs SET outcome = $4, exit = $5::integer, duration = $6::double precision, run = $7,
         output = $8, ended = clock_timestamp()
       WHERE site = $1 AND job = $2 AND fence = $3::bigint AND outcome IS NULL RETURNING ${columns}`,
      [site, job, fence, outcome, exit, duration, run, storableText(output)],
    )
    return ended ? withRetry(queries, site, ended, retryAfter(ended)) : null
  })
