import { measurementsIn } from '../../lab/support/rows.ts'

/** What a scenario came to. */
export interface Row {
  readonly server: string
  readonly scenario: string
  readonly writes: number
  /** Acknowledged and not there; there twice; not found by a reader. */
  readonly lost: number
  readonly twice: number
  readonly missing: number
  /** Moments with two writers. */
  readonly writers: number
  /** What else was measured: `no write for 0.6 s`. */
  readonly measured: string
}

const head = ['server', 'scenario', 'writes', 'lost / twice / not found', 'two writers', 'measured']

const cellsOf = ({ server, scenario, writes, lost, twice, missing, writers, measured }: Row) => [
  ...[server, scenario, writes],
  ...[`${lost} / ${twice} / ${missing}`, writers, measured],
]

export const { report, forgetRows, table } = measurementsIn<Row>('db', head, cellsOf)
