import { defineConfig } from 'vitest/config'

/** Apart from the other tests: no `npm test` should wait for it. */
export default defineConfig({
  test: {
    name: 'vm',
    include: ['test/vm/*.test.ts'],
    globalSetup: ['test/lab/global.ts'],
    testTimeout: 1_200_000,
    hookTimeout: 3_600_000,
    maxWorkers: 1,
  },
})
