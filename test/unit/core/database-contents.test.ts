import { expect, test } from 'vitest'
import { type Contents, lacksOf, readContents } from '../../../engine/core/database-contents.ts'

test('what a server has is read', () =>
  expect(readContents('database\tshop\t3\ndatabase\tblog\t12\nheartbeat\t2026-11-27T02:17:45.412000Z\n')).toEqual({
    databases: [
      { name: 'shop', tables: 3 },
      { name: 'blog', tables: 12 },
    ],
    heartbeat: new Date('2026-11-27T02:17:45.412Z'),
  }))

test('where nobody ever wrote a heartbeat there is none', () =>
  expect(readContents('\n')).toEqual({ databases: [], heartbeat: null }))

const contents = (heartbeat: string | null, databases: Readonly<Record<string, number>> = {}): Contents => ({
  heartbeat: heartbeat === null ? null : new Date(heartbeat),
  databases: Object.entries(databases).map(([name, tables]) => ({ name, tables })),
})

test.each<[string, Contents, Contents, readonly string[]]>([
  [
    'all of it, and more',
    contents('2026-11-27T03:00:09Z', { shop: 4 }),
    contents('2026-11-27T03:00:00Z', { shop: 3 }),
    [],
  ],
  ['what nobody noted', contents(null, { shop: 3 }), contents(null), []],
  ['a table less', contents(null, { blog: 1, shop: 2 }), contents(null, { shop: 3 }), ['shop has 2 of 3 tables']],
  ['a database less', contents(null, { blog: 1 }), contents(null, { shop: 3 }), ['shop has 0 of 3 tables']],
  [
    'an older heartbeat',
    contents('2026-11-27T02:59:59Z'),
    contents('2026-11-27T03:00:00Z'),
    ['its last heartbeat is of 2026-11-27T02:59:59.000Z, not of 2026-11-27T03:00:00.000Z'],
  ],
  [
    'no heartbeat',
    contents(null),
    contents('2026-11-27T03:00:00Z'),
    ['its last heartbeat is missing, not of 2026-11-27T03:00:00.000Z'],
  ],
])('a copy with %s', (_, copy, server, lacks) => expect(lacksOf(copy, server)).toEqual(lacks))
