import { control, withoutStyle } from './ansi.ts'
import { width } from './width.ts'

export interface Live {
  /** Writes lines that stay above the region, and the region anew. Nothing is written where nothing changed. */
  draw(staying: readonly string[], region: readonly string[]): void
}

/**
 * A few lines at the bottom of the terminal that are written over.
 * Lines of the region must fit the columns; the terminal is told not to wrap them in any case.
 */
export const createLive = (write: (text: string) => void, columns: () => number): Live => {
  let drawn: readonly string[] = []
  return {
    draw: (staying, region) => {
      if (staying.length === 0 && same(region, drawn)) return
      const kept = staying.map((line) => `${line}\n`).join('')
      const live = region.map((line) => `${line}\n`).join('')
      const text = erase(drawn, columns()) + kept + (live && control.unwrapped(live))
      write(text === kept ? kept : control.together(text))
      drawn = region
    },
  }
}

/** A terminal that has become narrower shows a line on several rows. */
const rowsOf = (line: string, columns: number): number => Math.max(1, Math.ceil(width(withoutStyle(line)) / columns))

const erase = (lines: readonly string[], columns: number): string => {
  const rows = lines.reduce((sum, line) => sum + rowsOf(line, columns), 0)
  return rows === 0 ? '' : control.eraseUp(rows)
}

const same = (left: readonly string[], right: readonly string[]): boolean =>
  left.length === right.length && left.every((line, index) => line === right[index])
