import { FettleError, type Problem } from '../../../engine/core/error.ts'

/** What an action finds wrong; empty for nothing. */
export const problemsIn = (act: () => unknown): readonly Problem[] => {
  try {
    act()
  } catch (error) {
    if (error instanceof FettleError) return error.problems
    throw error
  }
  return []
}
