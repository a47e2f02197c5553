import type { Event, HostResult } from '../../engine/core/event.ts'
import type { FailedStep } from './failures.ts'
import type { Look } from './look.ts'
import { recapText } from './recap-text.ts'

/** Remembers what the end of a run needs to know of its course. */
export interface Recap {
  take(event: Event): void
  /** Whether a failure of this host has been told already. */
  hasFailed(host: string): boolean
  /** Empty where a plan says it all. */
  text(results: readonly HostResult[], duration: number, look: Look): string
}

export const createRecap = (): Recap => {
  const failedSteps = new Map<string, FailedStep>()
  let command = ''
  return {
    take: (event) => {
      if (event.type === 'run.started') command = event.command
      if (event.type === 'step.failed') failedSteps.set(event.host, { key: event.key, title: event.title })
    },
    hasFailed: (host) => failedSteps.has(host),
    text: (results, duration, look) => {
      const planned = results.every(({ outcome }) => outcome === 'pending' || outcome === 'unchanged')
      const isPlan = planned && results.some(({ outcome }) => outcome === 'pending')
      return isPlan ? '' : recapText(results, { command, duration, failedSteps }, look)
    },
  }
}
