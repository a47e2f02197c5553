import { FettleError, type Problem } from '../../../engine/core/error.ts'

/** The problem with which something fails. */
export const problemOf = async (promise: Promise<unknown>): Promise<Problem> => {
  const failure = await promise.then(
    () => new Error('it did not fail'),
    (error: unknown) => error,
  )
  if (failure instanceof FettleError) return failure.problems[0]
  throw failure
}
