import { diffLines } from 'diff'
import type { EarlierVersion } from '../engine/converge/earlier.ts'
import { groupBy } from '../engine/core/group-by.ts'
import { bytes } from './render/bytes.ts'
import { clockTime } from './render/clock-time.ts'
import { visibleLine } from './render/visible.ts'

/** Earlier versions for people: by path, newest first, one a line. */
export const generationsText = (versions: readonly EarlierVersion[]): string => {
  const rows = versions.map((version) => ({ version, cells: cellsOf(version) }))
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...rows.map(({ cells }) => (cells[column] ?? '').length)))
  const line = (cells: readonly string[]) =>
    `  ${cells.map((cell, column) => (column === 0 ? cell.padStart(widths[0] ?? 0) : cell.padEnd(widths[column] ?? 0))).join('  ')}`
  return [...groupBy(rows, ({ version }) => version.generation.path)]
    .flatMap(([path, ofPath]) => [visibleLine(path), ...ofPath.map(({ cells }) => line(cells).trimEnd())])
    .join('\n')
}

const cellsOf = (version: EarlierVersion): readonly string[] => {
  const { number, at, key, role, run, path, kept } = version.generation
  const resource = key === `file:${path}` ? [] : [key]
  return [
    `${number}`,
    clockTime(at),
    visibleLine([`role ${role}`, ...resource].join(', ')),
    visibleLine(run ?? ''),
    kept.type === 'file' ? bytes(kept.size) : kept.type,
    differenceText(version),
  ]
}

/** How it differs from what is there now: what giving it back would do. */
export const differenceText = ({ generation, found, texts }: EarlierVersion): string => {
  if (found.type === 'absent') return 'nothing is there now'
  const now = found.type === 'file' ? found.sha256 : found.type
  if (now === generation.was && found.type === 'file') return 'as it is now'
  if (texts?.now == null) return 'differs'
  const parts = diffLines(texts.now, texts.before)
  const count = (wanted: 'added' | 'removed') =>
    parts.reduce((sum, part) => sum + (part[wanted] ? (part.count ?? 0) : 0), 0)
  return `+${count('added')} -${count('removed')} lines`
}
