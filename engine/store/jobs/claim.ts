import type { Claimed, JobCause, JobRun, Runner } from '../../core/job-run.ts'
import type { Database, Queries } from '../database/database.ts'
import { endExpired, type RetryAfter } from './expire.ts'
import { columns } from './runs.ts'

/** Which job of which site. */
export interface JobKey {
  readonly site: string
  readonly job: string
}

/** A job with its schedule, by which it is known whether somebody else has a newer one. */
export interface ScheduledJob extends JobKey {
  readonly at: string
  readonly timezone: string
}

/** Notes jobs and their schedules; firings up to now are left alone of those that are new, or have another schedule. */
export const registerJobs = async (database: Database, jobs: readonly ScheduledJob[], now: Date): Promise<void> => {
  for (const { site, job, at, timezone } of jobs)
    await database.query(
      `INSERT INTO fettle.jobs AS old (site, job, at, timezone, decided) VALUES ($1, $2, $3, $4, $5::timestamptz)
       ON CONFLICT (site, job) DO UPDATE SET at = EXCLUDED.at, timezone = EXCLUDED.timezone,
         decided = CASE WHEN (old.at, old.timezone) = (EXCLUDED.at, EXCLUDED.timezone) THEN old.decided
                        ELSE GREATEST(old.decided, EXCLUDED.decided) END`,
      [site, job, at, timezone, now.toISOString()],
    )
}

export interface Claim {
  readonly of: ScheduledJob
  readonly scheduled: Date
  readonly cause: JobCause
  readonly missed: number
  readonly runner: Runner
  /** Seconds after which whoever runs it, and was not heard of, is taken for dead. */
  readonly lease: number
  readonly retryAfter: RetryAfter
}

/** Asks for the right to start a firing. */
export const claimFiring = (database: Database, claim: Claim): Promise<Claimed> =>
  database.transaction(async (queries) => {
    const { of, scheduled, cause, retryAfter } = claim
    const job = await lockedJob(queries, of)
    const isStale = job?.at !== of.at || job.timezone !== of.timezone
    const isDecided = job !== undefined && job.decided.getTime() >= scheduled.getTime()
    if (!job || (cause === 'clock' && (isStale || isDecided))) return { came: 'taken', run: null, interrupted: [] }
    const interrupted = await endExpired(queries, of, retryAfter)
    if (cause === 'clock') await decide(queries, of, scheduled)
    const isBusy = await hasRunning(queries, of)
    if (isBusy)
      return { came: 'skipped', run: cause === 'clock' ? await insertSkipped(queries, claim) : null, interrupted }
    // Whatever waited to be begun anew is made up for by this one.
    await queries.query(`UPDATE fettle.job_runs SET retry = NULL WHERE ${mine} AND retry IS NOT NULL`, [
      of.site,
      of.job,
    ])
    return { came: 'started', run: await insertRun(queries, { ...claim, attempt: 1 }), interrupted }
  })

export type RetryClaim = Pick<Claim, 'runner' | 'lease'> & { readonly of: JobKey }

/** Asks for the right to begin a failed firing anew, if one is due; null if not. */
export const claimRetry = (database: Database, claim: RetryClaim): Promise<JobRun | null> =>
  database.transaction(async (queries) => {
    const { of } = claim
    const job = await lockedJob(queries, of)
    if (!job || (await hasRunning(queries, of))) return null
    const [due] = await queries.query<JobRun>(
      `UPDATE fettle.job_runs SET retry = NULL WHERE ${mine} AND retry <= clock_timestamp() RETURNING ${columns}`,
      [of.site, of.job],
    )
    if (!due) return null
    const { scheduled, cause, missed, attempt } = due
    return insertRun(queries, { ...claim, scheduled, cause, missed, attempt: attempt + 1 })
  })

const mine = 'site = $1 AND job = $2'

interface Job {
  readonly at: string
  readonly timezone: string
  readonly decided: Date
}

const lockedJob = async (queries: Queries, { site, job }: JobKey): Promise<Job | undefined> => {
  const sql = `SELECT at, timezone, decided FROM fettle.jobs WHERE ${mine} FOR UPDATE`
  return (await queries.query<Job>(sql, [site, job]))[0]
}

const decide = (queries: Queries, { site, job }: JobKey, until: Date) =>
  queries.query(`UPDATE fettle.jobs SET decided = $3::timestamptz WHERE ${mine}`, [site, job, until.toISOString()])

const hasRunning = async (queries: Queries, { site, job }: JobKey): Promise<boolean> =>
  (await queries.query(`SELECT FROM fettle.job_runs WHERE ${mine} AND outcome IS NULL`, [site, job])).length > 0

type Insert = Omit<Claim, 'retryAfter' | 'of'> & { readonly of: JobKey; readonly attempt: number }

const insertRun = async (queries: Queries, { of, scheduled, attempt, cause, missed, runner, lease }: Insert) => {
  const [next] = await queries.query<{ fence: number }>(
    `UPDATE fettle.jobs SET fence = fence + 1 WHERE ${mine} RETURNING fence`,
    [of.site, of.job],
  )
  const [run] = await queries.query<JobRun>(
    `INSERT INTO fettle.job_runs (site, job, scheduled, attempt, cause, missed, fence, runner, lease)
     VALUES ($1, $2, $3::timestamptz, $4::integer, $5, $6::integer, $7::bigint, $8::jsonb,
       clock_timestamp() + make_interval(secs => $9::double precision))
     RETURNING ${columns}`,
    [of.site, of.job, scheduled.toISOString(), attempt, cause, missed, next?.fence ?? 0, JSON.stringify(runner), lease],
  )
  return run ?? null
}

const insertSkipped = async (queries: Queries, { of, scheduled, cause, missed, runner }: Claim) => {
  const [run] = await queries.query<JobRun>(
    `INSERT INTO fettle.job_runs (site, job, scheduled, attempt, cause, missed, runner, ended, outcome)
     VALUES ($1, $2, $3::timestamptz, 1, $4, $5::integer, $6::jsonb, clock_timestamp(), 'skipped')
     RETURNING ${columns}`,
    [of.site, of.job, scheduled.toISOString(), cause, missed, JSON.stringify(runner)],
  )
  return run ?? null
}
