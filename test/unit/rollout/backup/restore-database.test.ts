import { expect, test } from 'vitest'
import { asideOfTable, readFound } from '../../../../engine/rollout/backup/restore-database.ts'

test('what a server with a copy has is read', () =>
  expect(readFound('database\tshop\t3\ndatabase\tblog\t12\nheartbeat\t2026-11-27T02:17:45.412000Z\n')).toEqual({
    databases: [
      { name: 'shop', tables: 3 },
      { name: 'blog', tables: 12 },
    ],
    heartbeat: new Date('2026-11-27T02:17:45.412Z'),
  }))

test('where nobody ever wrote a heartbeat there is none', () =>
  expect(readFound('\n')).toEqual({ databases: [], heartbeat: null }))

test.each([
  ['orders', 'orders_before_20261127T021756_24313a'],
  ['x'.repeat(64), `${'x'.repeat(64 - '_before_20261127T021756_24313a'.length)}_before_20261127T021756_24313a`],
])('a table %s that is replaced keeps a name that fits', (name, aside) => {
  expect(asideOfTable({ database: 'shop', name }, '20261127T021756-24313a')).toBe(aside)
  expect(aside.length).toBeLessThanOrEqual(64)
})
