import { expect, test } from 'vitest'
import { asideOfTable } from '../../../../engine/rollout/backup/restore-database.ts'

test.each([
  ['orders', 'orders_before_20261127T021756_24313a'],
  ['x'.repeat(64), `${'x'.repeat(64 - '_before_20261127T021756_24313a'.length)}_before_20261127T021756_24313a`],
])('a table %s that is replaced keeps a name that fits', (name, aside) => {
  expect(asideOfTable({ database: 'shop', name }, '20261127T021756-24313a')).toBe(aside)
  expect(aside.length).toBeLessThanOrEqual(64)
})
