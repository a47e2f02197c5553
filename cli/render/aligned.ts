import type { Look } from './look.ts'
import { padded, truncated, width } from './width.ts'

/** Rows of cells under each other, each row on one line that fits. */
export const alignedText = (rows: readonly (readonly string[])[], look: Look): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => width(row[column] ?? ''))))
  return rows
    .map((row) => row.map((cell, column) => padded(cell, widths[column] ?? 0)).join('  '))
    .map((line) => truncated(line.trimEnd(), look.columns))
    .join('\n')
}
