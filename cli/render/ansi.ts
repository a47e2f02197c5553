const esc = '\u001b'
const sequence = new RegExp(`${esc}\\[[0-9;?]*[A-Za-z]`, 'g')

/** A text without the colours that were given to it here. */
export const withoutStyle = (text: string): string => text.replace(sequence, '')

/** What a terminal is told while lines at its bottom are written over. */
export const control = {
  /** The cursor goes to the beginning of the line so many above, and all from there vanishes. */
  eraseUp: (rows: number): string => `\r${esc}[${rows}A${esc}[J`,
  /** Shown at once, where the terminal knows how. */
  together: (text: string): string => `${esc}[?2026h${text}${esc}[?2026l`,
  /** Cut at the edge instead of going on below. */
  unwrapped: (text: string): string => `${esc}[?7l${text}${esc}[?7h`,
} as const
