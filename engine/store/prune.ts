import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Database, Queries } from './database/database.ts'
import { tables } from './import/tables.ts'
import { pruneJobRuns } from './jobs/prune.ts'
import { journalFiles } from './journal.ts'
import { newestFirst } from './runs.ts'

/** What is to be kept: runs that began in the last so many days, or so many of the newest runs. */
export type Keep = { readonly days: number } | { readonly runs: number }

/** A host that had nothing to do, or had it done. */
const good = "('unchanged', 'changed')"

const newestOf = (condition: string): string =>
  `(SELECT (array_agg(run ${newestFirst}))[1] FROM fettle.runs WHERE ${condition} GROUP BY site, environment)`

/** Of each environment the newest run and the newest that came well out; and whatever may still be under way. */
const kept = `
  ${newestOf('true')}
  UNION ${newestOf(`finished IS NOT NULL AND problems IS NULL AND NOT EXISTS (
    SELECT FROM fettle.hosts WHERE hosts.run = runs.run AND outcome NOT IN ${good}
  )`)}
  UNION SELECT run FROM fettle.runs WHERE finished IS NULL AND started > now() - interval '7 days'`

const old = {
  days: `started < now() - make_interval(days => $1::integer)`,
  runs: `run NOT IN (SELECT run FROM fettle.runs ${newestFirst} LIMIT $1::integer)`,
}

interface Pruning {
  readonly keep: Keep
  /** Where journals are. */
  readonly folder: string
}

/** Forgets old runs, of jobs too, and removes their journals, which are not imported again. Gives back which. */
export const pruneRuns = async (database: Database, { keep, folder }: Pruning): Promise<readonly string[]> => {
  const removed = await database.transaction(async (queries) => {
    const chosen = await oldRuns(queries, keep)
    await forget(queries, chosen)
    await pruneJobRuns(queries, keep)
    return chosen
  })
  const pruned = new Set((await prunedRuns(database)).map(({ run }) => `${run}.ndjson`))
  // Also those that a kill had left of earlier ones.
  for (const file of journalFiles(folder)) if (pruned.has(file)) rmSync(join(folder, file), { force: true })
  return removed
}

const oldRuns = async (queries: Queries, keep: Keep): Promise<string[]> => {
  const [condition, number] = 'days' in keep ? [old.days, keep.days] : [old.runs, keep.runs]
  const sql = `SELECT run FROM fettle.runs WHERE ${condition} AND run NOT IN (${kept}) ORDER BY run`
  return (await queries.query<{ run: string }>(sql, [number])).map(({ run }) => run)
}

const forget = async (queries: Queries, runs: readonly string[]): Promise<void> => {
  const these = 'run IN (SELECT jsonb_array_elements_text($1::jsonb))'
  await queries.query(`UPDATE fettle.journals SET pruned = true WHERE ${these}`, [JSON.stringify(runs)])
  for (const table of Object.keys(tables))
    await queries.query(`DELETE FROM fettle.${table} WHERE ${these}`, [JSON.stringify(runs)])
}

const prunedRuns = (queries: Queries) => queries.query<{ run: string }>('SELECT run FROM fettle.journals WHERE pruned')
