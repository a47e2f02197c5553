import { rowsIn, tableOf } from '../../lab/support/rows.ts'

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

const rows = rowsIn<Row>('db')

const cellsOf = ({ server, scenario, writes, lost, twice, missing, writers, measured }: Row) => [
  ...[server, scenario, writes],
  ...[`${lost} / ${twice} / ${missing}`, writers, measured],
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
  const head = ['server', 'scenario', 'writes', 'lost / twice / not found', 'two writers', 'measured']
  return all.length > 0 ? tableOf(head, all.map(cellsOf)) : null
}
