import { rowsIn, tableOf } from '../../lab/support/rows.ts'

/** What a scenario came to. */
export interface Finding {
  /** Of the catalogue of faults, docs/faults.md; `steps` for a kill at a boundary of a step. */
  readonly row: number | 'steps'
  readonly injected: string
  readonly expected: string
  readonly measured: Measured
}

export interface Measured {
  /** Requests that failed, in any way, of all that were sent. */
  readonly W?: string
  /** Changes and reactions when the same description is applied once more. */
  readonly S?: number
  /** Secrets found in output and journals. */
  readonly L?: number
  /** Whatever else was to be seen, in words. */
  readonly seen?: string
}

const findings = rowsIn<Finding>('faults')

/** Says what was injected, expected and measured, at once and in the table at the end. */
export const report = (finding: Finding): void => {
  findings.add(finding)
  process.stderr.write(`${lineOf(finding)}\n`)
}

export const forgetFindings = findings.forget

const lineOf = ({ row, injected, expected, measured }: Finding): string =>
  `fault ${row}: injected ${injected} | expected ${expected} | measured ${wordsOf(measured)}`

const wordsOf = ({ seen, ...numbers }: Measured): string =>
  [...Object.entries(numbers).map(([name, value]) => `${name}=${value}`), ...(seen ? [seen] : [])].join(', ')

/** All findings so far as a table in Markdown, by row; null where there are none. */
export const table = (): string | null => {
  const all = findings.all().sort((one, other) => order(one) - order(other))
  if (all.length === 0) return null
  const rows = all.map(({ row, injected, expected, measured }) => [row, injected, expected, wordsOf(measured)])
  return tableOf(['#', 'injected', 'expected', 'measured'], rows)
}

const order = ({ row }: Finding): number => (row === 'steps' ? 0 : row)
