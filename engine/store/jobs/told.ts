import type { Told } from '../../core/job-run.ts'
import type { Database } from '../database/database.ts'
import type { JobKey } from './claim.ts'

/** Of what does not change is told again after a day. */
const again = "interval '1 day'"

/**
 * Whether something is to be told of a job now, which whoever is given the answer "yes" then does. Failures and absence
 * are told when they begin and once a day; that all is well, when it was not.
 */
export const isToBeTold = async (database: Database, { site, job }: JobKey, told: Told): Promise<boolean> => {
  const isNews =
    told === 'well'
      ? 'told IS NOT NULL'
      : `(told IS DISTINCT FROM $3 AND NOT ($3 = 'absent' AND told IS NOT NULL)) OR told_at < clock_timestamp() - ${again}`
  const changed = await database.query(
    `UPDATE fettle.jobs SET told = NULLIF($3::text, 'well'), told_at = clock_timestamp()
     WHERE site = $1 AND job = $2 AND (${isNews}) RETURNING job`,
    [site, job, told],
  )
  return changed.length > 0
}
