import type { JobRun, JobState } from '../../core/job-run.ts'
import type { Queries } from '../database/database.ts'

export const columns =
  'job, scheduled, attempt, cause, missed, fence, runner, started, ended, outcome, exit, duration, run, output, retry'

export interface ChosenRuns {
  readonly site: string
  readonly job?: string | undefined
  readonly limit: number
}

/** Attempts, the newest first. */
export const listJobRuns = (queries: Queries, { site, job, limit }: ChosenRuns): Promise<readonly JobRun[]> =>
  queries.query<JobRun>(
    `SELECT ${columns} FROM fettle.job_runs WHERE site = $1 AND ($2::text IS NULL OR job = $2)
     ORDER BY started DESC, attempt DESC, job LIMIT $3::integer`,
    [site, job ?? null, limit],
  )

type Row = Omit<JobState, 'last' | 'running'>

/** What is remembered of each job of a site that a scheduler has seen. */
export const jobStates = async (queries: Queries, site: string): Promise<ReadonlyMap<string, JobState>> => {
  const rows = await queries.query<Row>(
    `SELECT job, decided, since, (SELECT max(ended) FROM fettle.job_runs AS runs
       WHERE runs.site = jobs.site AND runs.job = jobs.job AND outcome = 'succeeded') AS succeeded
     FROM fettle.jobs WHERE site = $1`,
    [site],
  )
  const running = await newest(queries, site, 'outcome IS NULL')
  const last = await newest(queries, site, "outcome <> 'skipped'")
  return new Map(
    rows.map((row) => [row.job, { ...row, last: last.get(row.job) ?? null, running: running.get(row.job) ?? null }]),
  )
}

const newest = async (queries: Queries, site: string, condition: string): Promise<ReadonlyMap<string, JobRun>> => {
  const found = await queries.query<JobRun>(
    `SELECT DISTINCT ON (job) ${columns} FROM fettle.job_runs WHERE site = $1 AND ${condition}
     ORDER BY job, started DESC, attempt DESC`,
    [site],
  )
  return new Map(found.map((run) => [run.job, run]))
}

/** Jobs of a site that have waited to be begun anew for long enough. */
export const dueRetries = async (queries: Queries, site: string): Promise<readonly string[]> => {
  const sql = 'SELECT DISTINCT job FROM fettle.job_runs WHERE site = $1 AND retry <= clock_timestamp()'
  return (await queries.query<{ job: string }>(sql, [site])).map(({ job }) => job)
}
