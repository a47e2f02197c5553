import { clearLeftovers } from './harness.ts'
import { writePatterns } from './leaks/canary.ts'
import { startSampler } from './leaks/sampler.ts'

let stopSampler: ReturnType<typeof startSampler> | undefined

/** For vitest's `globalSetup`: labs of test files that were killed are gone before and after a run. */
export const setup = async (): Promise<void> => {
  await clearLeftovers()
  writePatterns()
  stopSampler = startSampler()
}

/** Fails the whole run where a process showed a secret. */
export const teardown = async (): Promise<void> => {
  const shown = (await stopSampler?.()) ?? []
  await clearLeftovers()
  if (shown.length > 0) throw new Error(`processes showed a secret:\n${shown.join('\n')}`)
}
