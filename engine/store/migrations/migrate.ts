import { FettleError } from '../../core/error.ts'
import type { Database, Queries } from '../database/database.ts'
import { migrations } from './index.ts'

/** A schema of its own: the database may be somebody else's, too. */
const foundation = `
CREATE SCHEMA IF NOT EXISTS fettle;
CREATE TABLE IF NOT EXISTS fettle.store (one boolean PRIMARY KEY DEFAULT true CHECK (one), format integer NOT NULL);
INSERT INTO fettle.store (format) VALUES (0) ON CONFLICT DO NOTHING`

const lost = (): FettleError =>
  new FettleError({
    code: 'store.damaged',
    message: 'the memory of runs does not say what its format is',
    hint: 'fettle runs rebuild makes it anew from the journals; a server’s database is restored from its backup',
  })

/** Brings the tables to what this version knows. Errors: `store.format` where a newer version has been at them, `store.damaged`. */
export const migrate = async (database: Database): Promise<void> => {
  const [{ found } = { found: null }] = await database.query<Found>("SELECT to_regclass('fettle.store')::text AS found")
  if (found === null) await lay(database)
  if ((await formatOf(database)) === migrations.length) return
  await database.transaction(async (queries) => {
    // The row is the lock: whoever comes second waits here, and finds it done.
    const format = await formatOf(queries, 'FOR UPDATE')
    for (const migration of migrations.slice(format)) await queries.run(migration)
    await queries.query('UPDATE fettle.store SET format = $1::integer', [migrations.length])
  })
}

interface Found {
  readonly found: string | null
}

const attempts = 5

/** Two who lay it at once may be told that it was not there and is there. */
const lay = async (database: Queries): Promise<void> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await database.run(foundation)
    } catch (error) {
      const { code } = error as { readonly code?: string }
      if (attempt === attempts || !['23505', '42P06', '42P07'].includes(code ?? '')) throw error
    }
  }
}

const formatOf = async (queries: Queries, lock = ''): Promise<number> => {
  const [row] = await queries.query<{ format: number }>(`SELECT format FROM fettle.store ${lock}`)
  if (!row) throw lost()
  const { format } = row
  if (format <= migrations.length) return format
  throw new FettleError({
    code: 'store.format',
    message: `the memory of runs has format ${format}, and this Fettle knows ${migrations.length} at most`,
    hint: 'a newer Fettle has used it: use that one',
  })
}
