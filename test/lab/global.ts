import { clearLeftovers } from './harness.ts'

/** For vitest's `globalSetup`: labs of test files that were killed are gone before and after a run. */
export const setup = clearLeftovers
export const teardown = clearLeftovers
