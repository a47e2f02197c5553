import { FettleError, type Problem } from '../../../engine/core/error.ts'

/** What a role finds wrong; empty for nothing. */
export const problemsOf = (act: () => unknown): readonly Problem[] => {
  try {
    act()
  } catch (error) {
    if (error instanceof FettleError) return error.problems
    throw error
  }
  return []
}
