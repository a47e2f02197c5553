import { appendFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What test files of one run have measured; each of them is a process of its own. */
export interface Rows<Row> {
  add(row: Row): void
  all(): Row[]
  forget(): void
}

export const rowsIn = <Row>(name: string): Rows<Row> => {
  const file = fileURLToPath(new URL(`../../../.fettle/${name}.jsonl`, import.meta.url))
  return {
    add: (row) => {
      mkdirSync(dirname(file), { recursive: true })
      appendFileSync(file, `${JSON.stringify(row)}\n`)
    },
    all: () => linesOf(file).map((line) => JSON.parse(line)),
    forget: () => rmSync(file, { force: true }),
  }
}

/** Measurements that are said at once, and in a table when all of them are there. */
export interface Measurements<Row> {
  report(row: Row): void
  forgetRows(): void
  /** All that was measured so far, in Markdown; null where nothing was. */
  table(): string | null
}

export const measurementsIn = <Row>(
  name: string,
  head: readonly string[],
  cellsOf: (row: Row) => readonly unknown[],
): Measurements<Row> => {
  const rows = rowsIn<Row>(name)
  return {
    report: (row) => {
      rows.add(row)
      process.stderr.write(`| ${cellsOf(row).join(' | ')} |\n`)
    },
    forgetRows: rows.forget,
    table: () => {
      const all = rows.all()
      return all.length > 0 ? tableOf(head, all.map(cellsOf)) : null
    },
  }
}

const linesOf = (file: string): string[] => {
  try {
    return readFileSync(file, 'utf8').split('\n').slice(0, -1)
  } catch {
    return []
  }
}

/** A table in Markdown. */
export const tableOf = (head: readonly string[], rows: readonly (readonly unknown[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
