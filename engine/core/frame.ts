/** A place in a text, counted from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

const plain = (line: string): string => line.replaceAll('\t', '  ').replace(/\r$/, '')

/** The line at a position with its neighbours, numbered, and a caret under the column. The label stands beside the caret. */
export const codeFrame = (source: string, position: Place, label?: string): string => {
  const lines = source.split('\n')
  const first = Math.max(1, position.line - 1)
  const shown = lines.slice(first - 1, position.line + 1)
  const width = String(position.line + 1).length
  return shown
    .flatMap((text, index) => {
      const number = first + index
      const here = number === position.line
      const line = `${here ? '>' : ' '} ${String(number).padStart(width)} | ${plain(text)}`.trimEnd()
      if (!here) return [line]
      const indent = ' '.repeat(plain(text.slice(0, Math.max(0, position.column - 1))).length)
      return [line, `  ${' '.repeat(width)} | ${indent}^${label ? ` ${label}` : ''}`]
    })
    .filter((line, index, all) => index < all.length - 1 || !/^ +\d+ \|$/.test(line))
    .join('\n')
}
