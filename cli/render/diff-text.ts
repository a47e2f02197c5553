import { structuredPatch } from 'diff'
import { counted, isWhole, type Look, paints } from './look.ts'
import { visibleText } from './visible.ts'
import { broken } from './width.ts'

const mostLines = 40

/** The lines of a unified diff. Long lines go on below, long diffs end with a count unless all is asked for. */
export const diffLines = (from: string, to: string, look: Look): string[] => {
  const patch = structuredPatch('', '', from, to, undefined, undefined, { context: 2, timeout: 300 })
  if (!patch) return [`${counted(lineCount(from), 'line')} replaced by ${counted(lineCount(to), 'line')}`]
  const lines = patch.hunks.flatMap((hunk) => [`@@ line ${hunk.newStart} @@`, ...markBlanks(hunk.lines)])
  const shown = isWhole(look) ? lines : lines.slice(0, mostLines)
  const left = lines.length - shown.length
  const more = left > 0 ? [paints(look).dim(`(${counted(left, 'more line')}; -v shows all)`)] : []
  return [...shown.flatMap((line) => painted(line, look)), ...more]
}

export const lineCount = (text: string): number => text.split('\n').length - (text.endsWith('\n') ? 1 : 0)

const painted = (line: string, look: Look): string[] => {
  const paint = paints(look)
  const color = { '+': paint.green, '-': paint.red, '@': paint.cyan }[line[0] ?? ''] ?? paint.dim
  const [first = '', ...more] = broken(visibleText(line), look.columns - 2)
  return [color(first), ...more.map((piece) => color(`  ${piece}`))]
}

const bare = (line: string): string => line.slice(1).replace(/\s+/g, '')

/** Where two lines differ only in their blanks, the blanks are made to be seen. */
const markBlanks = (lines: readonly string[]): string[] => {
  const others = (sign: string) => new Set(lines.filter((line) => line.startsWith(sign)).map(bare))
  const [added, removed] = [others('+'), others('-')]
  return lines.map((line) => {
    const twins = line.startsWith('-') ? added : line.startsWith('+') ? removed : undefined
    return twins?.has(bare(line)) ? line.replaceAll(' ', '·').replaceAll('\t', '⇥   ').replaceAll('\r', '␍') : line
  })
}
