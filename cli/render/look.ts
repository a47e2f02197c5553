import picocolors from 'picocolors'

/** How text is to be written. */
export interface Look {
  /** Infinity where nobody looks at a screen: lines are not broken then, and nothing is left out. */
  readonly columns: number
  readonly color: boolean
  /** How often `-v` was given. */
  readonly verbose: number
}

export const paints = (look: Look): ReturnType<typeof picocolors.createColors> => picocolors.createColors(look.color)

/** Whether long things are shown whole. */
export const isWhole = (look: Look): boolean => look.verbose > 0 || !Number.isFinite(look.columns)

export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`
