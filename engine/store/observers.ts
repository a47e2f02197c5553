import type { FailoverOutcome, Gathering, Opinion, PastFailover, Wish } from '../core/observers.ts'
import type { Database, Queries } from './database/database.ts'

/** One process that watches one cluster. */
export interface Observer {
  /** Unlike any other's, of earlier processes too. */
  readonly observer: string
  /** With its site and environment: `shop/production/main`. */
  readonly cluster: string
  /** `ada@desk` */
  readonly who: string
}

/** Seconds since its last sign of life for which an observer counts. */
export const lifetime = 10

const alive = `cluster = $1 AND seen > clock_timestamp() - make_interval(secs => ${lifetime})`

/** Of a promotion: they think that its writer is gone. */
const agreeing = 'count(*) FILTER (WHERE gone AND epoch = $2)::integer'

/** Gives a sign of life, and tells how all observers of the cluster stand. */
export const tell = async (queries: Queries, { observer, cluster, who }: Observer, { epoch, gone }: Opinion) => {
  await queries.query(
    `INSERT INTO fettle.observers (observer, cluster, who, epoch, gone) VALUES ($1, $2, $3, $4::integer, $5::boolean)
     ON CONFLICT (observer) DO UPDATE SET epoch = EXCLUDED.epoch, gone = EXCLUDED.gone, seen = clock_timestamp()`,
    [observer, cluster, who, epoch, gone],
  )
  const [counts] = await queries.query<Omit<Gathering, 'last'>>(
    `SELECT count(*)::integer AS observers, ${agreeing} AS agreeing FROM fettle.observers WHERE ${alive}`,
    [cluster, epoch],
  )
  return { ...(counts as Omit<Gathering, 'last'>), last: await lastFailover(queries, cluster) }
}

const counted = `cluster = $1 AND outcome IS DISTINCT FROM 'refused'`

/** The newest failover of a cluster that did not come to nothing. */
export const lastFailover = async (queries: Queries, cluster: string): Promise<PastFailover | null> => {
  const [last] = await queries.query<PastFailover>(
    `SELECT number::integer, epoch, who, claimed AS at, outcome,
       extract(epoch FROM clock_timestamp() - COALESCE(ended, claimed))::double precision AS "secondsAgo"
     FROM fettle.failovers WHERE ${counted} ORDER BY failovers.number DESC LIMIT 1`,
    [cluster],
  )
  return last ?? null
}

/**
 * Gives the right to fail over to one observer, and its number; null where too few agree, an earlier failover is too
 * recent, or somebody has had the right for that promotion. Asked again by the same one, it is the same number until it
 * has ended.
 */
export const claim = (database: Database, observer: Observer, wish: Wish): Promise<number | null> =>
  database.transaction(async (queries) => {
    // Whoever comes second waits here, and then sees what the first one was given.
    await queries.run('LOCK TABLE fettle.failovers IN SHARE ROW EXCLUSIVE MODE')
    return (await ownClaim(queries, observer, wish)) ?? newClaim(queries, observer, wish)
  })

interface Numbered {
  readonly number: number
}

const ownClaim = async (queries: Queries, { observer, cluster }: Observer, { epoch }: Wish): Promise<number | null> => {
  const [own] = await queries.query<Numbered>(
    `SELECT number::integer FROM fettle.failovers
     WHERE cluster = $1 AND epoch = $2::integer AND observer = $3 AND ended IS NULL`,
    [cluster, epoch, observer],
  )
  return own?.number ?? null
}

const newClaim = async (
  queries: Queries,
  { observer, cluster, who }: Observer,
  { epoch, writer, damping }: Wish,
): Promise<number | null> => {
  const [made] = await queries.query<Numbered>(
    `INSERT INTO fettle.failovers (cluster, epoch, writer, observer, who)
     SELECT $1, $2::integer, $3, $4, $5
     WHERE (SELECT ${agreeing} * 2 > count(*) FROM fettle.observers WHERE ${alive})
       AND EXISTS (SELECT FROM fettle.observers WHERE ${alive} AND observer = $4 AND gone AND epoch = $2)
       AND NOT EXISTS (
         SELECT FROM fettle.failovers WHERE ${counted} AND (
           epoch = $2 OR COALESCE(ended, claimed) > clock_timestamp() - make_interval(secs => $6::integer)
         )
       )
     RETURNING number::integer`,
    [cluster, epoch, writer, observer, who, damping],
  )
  return made?.number ?? null
}

/** Says what a failover came to. */
export const end = async (queries: Queries, number: number, outcome: FailoverOutcome, run: string): Promise<void> => {
  await queries.query(
    `UPDATE fettle.failovers SET ended = clock_timestamp(), outcome = $2, run = $3
     WHERE number = $1::bigint AND ended IS NULL`,
    [number, outcome, run],
  )
}

/** It counts no more; nor do those of which nothing was heard for a day. */
export const leave = async (queries: Queries, { observer }: Observer): Promise<void> => {
  await queries.query(
    `DELETE FROM fettle.observers WHERE observer = $1 OR seen < clock_timestamp() - interval '1 day'`,
    [observer],
  )
}
