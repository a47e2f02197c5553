import { rowsIn, tableOf } from '../../lab/support/rows.ts'

/** What a scenario came to. */
export interface Row {
  readonly scenario: string
  readonly requests: number
  /** By class where there are any: `0`, `3 (2 truncated, 1 status 502)`. */
  readonly failed: string
  /** The same by HAProxy's own account. */
  readonly witnessed: string
  /** Orders: `0 / 0`. */
  readonly orders: string
  readonly seconds: number
}

const rows = rowsIn<Row>('load')

const cellsOf = ({ scenario, requests, failed, witnessed, orders, seconds }: Row) => [
  scenario,
  requests,
  failed,
  witnessed,
  orders,
  seconds.toFixed(0),
]

/** Says it at once and in the table at the end. */
export const report = (row: Row): void => {
  rows.add(row)
  process.stderr.write(`| ${cellsOf(row).join(' | ')} |\n`)
}

export const forgetRows = rows.forget

/** All that was measured so far as a table in Markdown; null where nothing was. */
export const table = (): string | null => {
  const all = rows.all()
  const head = ['scenario', 'requests', 'failed', 'by HAProxy’s account', 'orders lost / twice', 'seconds']
  return all.length > 0 ? tableOf(head, all.map(cellsOf)) : null
}
