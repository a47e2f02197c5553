import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Database, Queries } from '../database/database.ts'
import { journalFiles } from '../journal.ts'
import { eventOf, readLines } from './read-lines.ts'
import { rowsOf } from './rows.ts'
import { upsert } from './upsert.ts'

/**
 * Brings the store up to the journals of a folder, of runs under way, too. Each is read on from where it was read to,
 * which is remembered together with what was read: at a kill, both or neither.
 */
export const importJournals = async (database: Database, folder: string): Promise<void> => {
  const known = await readBefore(database)
  for (const name of journalFiles(folder)) {
    const run = name.slice(0, -'.ndjson'.length)
    const file = join(folder, name)
    const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
    if (size > (known.get(run) ?? 0)) await database.transaction((queries) => importJournal(queries, run, file))
  }
}

interface Journal {
  readonly bytes: number
  readonly lines: number
  readonly pruned: boolean
}

const readBefore = async (queries: Queries): Promise<ReadonlyMap<string, number>> => {
  const journals = await queries.query<Journal & { run: string }>('SELECT run, bytes, pruned FROM fettle.journals')
  return new Map(journals.map(({ run, bytes, pruned }) => [run, pruned ? Number.POSITIVE_INFINITY : bytes]))
}

const importJournal = async (queries: Queries, run: string, file: string): Promise<void> => {
  const { bytes, lines, pruned } = await lockedJournal(queries, run)
  if (pruned) return
  const { texts, end } = readLines(file, bytes)
  const rows = texts.flatMap((text, index) => {
    const event = eventOf(text)
    return event ? rowsOf(event, lines + index + 1) : []
  })
  await upsert(queries, run, [{ table: 'runs', values: {} }, ...rows])
  await queries.query('UPDATE fettle.journals SET bytes = $2::bigint, lines = $3::integer WHERE run = $1', [
    ...[run, end, lines + texts.length],
  ])
}

/** Whoever imports the same journal meanwhile waits for its row, and goes on from there. */
const lockedJournal = async (queries: Queries, run: string): Promise<Journal> => {
  await queries.query('INSERT INTO fettle.journals (run) VALUES ($1) ON CONFLICT DO NOTHING', [run])
  const [journal] = await queries.query<Journal>(
    'SELECT bytes, lines, pruned FROM fettle.journals WHERE run = $1 FOR UPDATE',
    [run],
  )
  return journal ?? { bytes: 0, lines: 0, pruned: false }
}
