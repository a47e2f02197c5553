import { groupBy } from '../../core/group-by.ts'
import type { Queries } from '../database/database.ts'
import { type Row, type Table, tables } from './tables.ts'

/** Rows of one statement. */
const most = 500

/** Adds to the rows of a run what is known of them now; the later of two says wins. Done twice, it is as done once. */
export const upsert = async (queries: Queries, run: string, rows: readonly Row[]): Promise<void> => {
  for (const [table, of] of groupBy(rows, (row) => row.table)) {
    const merged = mergeSame(table, of)
    for (let start = 0; start < merged.length; start += most) {
      const values = merged.slice(start, start + most).map((value) => ({ ...value, run }))
      await queries.query(statementFor(table), [storable(values)])
    }
  }
}

/** One statement may touch a row once. */
const mergeSame = (table: Table, rows: readonly Row[]): readonly Row['values'][] => {
  const { keys } = tables[table]
  const same = groupBy(rows, ({ values }) => JSON.stringify(keys.map((key) => values[key])))
  return [...same.values()].map((parts) => Object.assign({}, ...parts.map(({ values }) => defined(values))))
}

const defined = (values: Row['values']): object =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== null))

const statementFor = (table: Table): string => {
  const { keys, columns } = tables[table]
  const all = ['run', ...keys, ...columns].join(', ')
  const updates = columns.map((column) => `${column} = COALESCE(EXCLUDED.${column}, old.${column})`)
  return `INSERT INTO fettle.${table} AS old (${all})
    SELECT ${all} FROM jsonb_populate_recordset(NULL::fettle.${table}, $1::jsonb)
    ON CONFLICT (${['run', ...keys].join(', ')}) DO UPDATE SET ${updates.join(', ')}`
}

const replacement = '\ufffd'

/** As JSON without what PostgreSQL takes for no text: zeros, and halves of characters. */
const storable = (values: readonly object[]): string =>
  JSON.stringify(values, (_, value: unknown) => {
    if (typeof value === 'string') return storableText(value)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [storableText(key), part]))
  })

/** Text without what PostgreSQL takes for none. */
export const storableText = (text: string): string => text.replace(/\0|\p{Surrogate}/gu, replacement)
