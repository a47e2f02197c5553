import type { Problem } from './error.ts'

/** A problem before it is known where. */
type Trouble = Pick<Problem, 'code' | 'message'> & { readonly hint?: string | undefined }

/** A part of one of the user's files for whoever knows what it means: its value, and where a part of it was said. */
export interface Described {
  /** Undefined where nothing is said. */
  readonly value: unknown
  problem(path: readonly string[], part: 'key' | 'value', trouble: Trouble): Problem
}
