import { setTimeout as delay } from 'node:timers/promises'
import { FettleError } from '../core/error.ts'

export interface Patience {
  /** Milliseconds. */
  readonly deadline: number
  /** Milliseconds between two looks. */
  readonly every: number
  readonly signal?: AbortSignal | undefined
}

/** Looks until something is so; false when the deadline has passed. Errors: `cancelled`. */
export const until = async (isSo: () => Promise<boolean>, patience: Patience): Promise<boolean> => {
  const end = Date.now() + patience.deadline
  while (!(await isSo())) {
    refuseIfCancelled(patience.signal)
    if (Date.now() > end) return false
    await delay(patience.every)
  }
  return true
}

export const refuseIfCancelled = (signal: AbortSignal | undefined): void => {
  if (signal?.aborted) throw new FettleError({ code: 'cancelled', message: 'interrupted' })
}
