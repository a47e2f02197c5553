import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore, type Queries, type StoreRequest } from '../../../engine/store/database/index.ts'
import { tables } from '../../../engine/store/import/tables.ts'

/** Gives out stores that nobody has used. */
export interface Stores {
  fresh(): StoreRequest
  stop(): void
}

/** Embedded ones are copies of one, as the first opening of one takes seconds. */
export const embeddedStores = async (): Promise<Stores> => {
  const folder = mkdtempSync(join(tmpdir(), 'fettle-store-'))
  const request = (name: string): StoreRequest => ({ folder: join(folder, name), holder: 'the test', patience: 60 })
  await openStore(request('first')).then((store) => store.close())
  let number = 0
  return {
    fresh: () => {
      const copy = request(String(++number))
      cpSync(request('first').folder, copy.folder, { recursive: true })
      return copy
    },
    stop: () => rmSync(folder, { recursive: true }),
  }
}

/** Everything in a store. */
export const contentOf = async (queries: Queries): Promise<Readonly<Record<string, unknown>>> => {
  const content: Record<string, unknown> = {}
  for (const table of ['journals', ...Object.keys(tables)]) {
    const sql = `SELECT to_jsonb(each) AS row FROM fettle.${table} AS each ORDER BY to_jsonb(each)::text`
    content[table] = (await queries.query<{ row: unknown }>(sql)).map(({ row }) => row)
  }
  return content
}

export const empty = async (queries: Queries): Promise<void> => {
  for (const table of ['journals', ...Object.keys(tables)]) await queries.run(`DELETE FROM fettle.${table}`)
}
