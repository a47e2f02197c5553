import { setTimeout as wait } from 'node:timers/promises'
import type { Observer } from './observer.ts'
import type { Planning } from './planning.ts'

/** Milliseconds. */
const patience = 30_000
const pause = 200

/** Plans again while all that is left to do is to wait: a unit that is starting or stopping by itself. */
export const settle = async (plan: () => Promise<Planning>, observer: Observer): Promise<Planning> => {
  const deadline = performance.now() + patience
  let planning = await plan()
  while (isMoving(planning) && performance.now() < deadline) {
    await wait(pause)
    observer.forget('everything')
    planning = await plan()
  }
  return planning
}

const isMoving = ({ items }: Planning): boolean => {
  const different = items.filter(({ plan }) => plan.differences.length > 0)
  return different.length > 0 && different.some(({ plan }) => plan.steps.length === 0)
}
