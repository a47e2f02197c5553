import { expect, test } from 'vitest'
import type { DatabaseServer, FailoverTerms } from '../../../../../engine/core/database.ts'
import { termsOf } from '../../../../../engine/rollout/database/watch/terms.ts'

const host = (name: string, failover: FailoverTerms) => ({
  ...{ name, address: '10.0.0.1' },
  said: { failover } as DatabaseServer,
})

const yes = { automatic: true, after: 10, damping: 3600, fence: ['off', '1'] }

test('a cluster acts where all of its hosts say so, as carefully as the most careful of them', () => {
  const other = { automatic: true, after: 20, damping: 60, fence: ['off', '2'] }
  const hosts = [host('db1', yes), host('db2', other)]
  expect(termsOf(hosts, 'db2')).toEqual({ automatic: true, after: 20, damping: 3600, fence: ['off', '2'] })
  expect(termsOf([...hosts, host('db3', { ...yes, automatic: false })], 'db1').automatic).toBe(false)
  expect(termsOf(hosts, 'db9').fence).toBeNull()
})
