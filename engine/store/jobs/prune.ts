import type { Queries } from '../database/database.ts'

/** As for runs: attempts that began in the last so many days, or so many of the newest of each job. */
type Keep = { readonly days: number } | { readonly runs: number }

const old = {
  days: `started < now() - make_interval(days => $1::integer)`,
  runs: `place > $1::integer`,
}

/** Of each job the newest attempt and the newest that succeeded stay, and what is under way or to be begun anew. */
const placed = `
  SELECT ctid AS row, started, outcome, retry,
    row_number() OVER (PARTITION BY site, job ORDER BY started DESC, attempt DESC) AS place,
    row_number() OVER (PARTITION BY site, job, outcome ORDER BY started DESC, attempt DESC) AS place_of_outcome
  FROM fettle.job_runs`

/** Forgets old attempts of jobs. */
export const pruneJobRuns = async (queries: Queries, keep: Keep): Promise<void> => {
  const [condition, number] = 'days' in keep ? [old.days, keep.days] : [old.runs, keep.runs]
  await queries.query(
    `DELETE FROM fettle.job_runs WHERE ctid IN (
       SELECT row FROM (${placed}) AS placed
       WHERE ${condition} AND outcome IS NOT NULL AND retry IS NULL AND place > 1
         AND NOT (outcome = 'succeeded' AND place_of_outcome = 1))`,
    [number],
  )
}
