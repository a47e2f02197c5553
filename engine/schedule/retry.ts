import type { JobRun } from '../core/job-run.ts'
import type { Job } from './job.ts'

/** The longest wait before a firing is begun anew. */
const longestWait = 3_600_000

/** Milliseconds from a failed attempt, counted from 1, to the next one; null where there is to be none. */
export const waitAfter = (
  { retries, retryAfter }: Pick<Job, 'retries' | 'retryAfter'>,
  attempt: number,
): number | null =>
  attempt > retries ? null : Math.min(retryAfter * 2 ** (attempt - 1), Math.max(longestWait, retryAfter))

/** Outcomes that may be better another time. */
const hopeful: readonly JobRun['outcome'][] = ['failed', 'timed-out', 'interrupted']

/** Milliseconds until an attempt that ended so is to be followed by another; null for not at all. */
export const retryAfter = (job: Pick<Job, 'retries' | 'retryAfter'>, run: JobRun): number | null =>
  run.cause === 'clock' && hopeful.includes(run.outcome) ? waitAfter(job, run.attempt) : null
