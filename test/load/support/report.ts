import { measurementsIn } from '../../lab/support/rows.ts'

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

const head = ['scenario', 'requests', 'failed', 'by HAProxy’s account', 'orders lost / twice', 'seconds']

const cellsOf = ({ scenario, requests, failed, witnessed, orders, seconds }: Row) => [
  scenario,
  requests,
  failed,
  witnessed,
  orders,
  seconds.toFixed(0),
]

export const { report, forgetRows, table } = measurementsIn<Row>('load', head, cellsOf)
