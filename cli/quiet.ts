import { setTimeout as sleep } from 'node:timers/promises'

/** Milliseconds in which to look whether there is something to do. */
const moment = 10
/** Milliseconds after which whoever waits goes on all the same. */
const patience = 200

/**
 * Waits until this process has nothing to do but to wait for others. What takes the processor for long and can wait
 * begins then: hosts that were just connected to would otherwise wait for us before they could begin to work.
 */
export const quiet = async (): Promise<void> => {
  const deadline = performance.now() + patience
  let idle = 0
  while (idle < moment * 0.8 && performance.now() < deadline) {
    const before = performance.eventLoopUtilization()
    await sleep(moment)
    idle = performance.eventLoopUtilization(before).idle
  }
}
