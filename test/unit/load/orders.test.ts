import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareOrders, fateOf, storedIds } from '../../load/generator/orders.ts'

const sent = { acknowledged: ['a1', 'a2'], refused: ['r1', 'r2'], unknown: ['u1', 'u2'] }
const good = {
  lost: [],
  twice: [],
  refusedButStored: [],
  unknown: { stored: [], missing: ['u1', 'u2'] },
  strangers: [],
}

test.each([
  ['all that was acknowledged is stored', ['a2', 'a1'], {}],
  ['one is lost', ['a1'], { lost: ['a2'] }],
  ['one is there three times', ['a1', 'a2', 'a1', 'a1'], { twice: ['a1'] }],
  ['one that was refused is stored', ['a1', 'a2', 'r2'], { refusedButStored: ['r2'] }],
  ['one of unknown fate is stored', ['a1', 'u2', 'a2'], { unknown: { stored: ['u2'], missing: ['u1'] } }],
  [
    'one of unknown fate is there twice',
    ['a1', 'u2', 'a2', 'u2'],
    { unknown: { stored: ['u2'], missing: ['u1'] }, twice: ['u2'] },
  ],
  ['somebody else has ordered', ['a1', 'x', 'a2'], { strangers: ['x'] }],
])('%s', (_, stored, differs) => expect(compareOrders(sent, stored)).toEqual({ ...good, ...differs }))

test('nothing is found wrong when each acknowledged order is stored once, in whatever order', () => {
  const ids = fc
    .uniqueArray(fc.string({ minLength: 1 }))
    .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })))
  fc.assert(
    fc.property(ids, ([acknowledged, stored]) => {
      const found = compareOrders({ acknowledged, refused: [], unknown: [] }, stored)
      expect(found).toEqual({ ...good, unknown: { stored: [], missing: [] } })
    }),
  )
})

test.each([
  [null, 'acknowledged'],
  ['connect refused', 'refused'],
  ['connect timeout', 'refused'],
  ['unreachable', 'refused'],
  ['status 4xx', 'refused'],
  ['status 500', 'unknown'],
  ['status 503', 'unknown'],
  ['reset', 'unknown'],
  ['closed, kept alive', 'unknown'],
  ['truncated', 'unknown'],
  ['timeout', 'unknown'],
  ['wrong content', 'unknown'],
] as const)('after %j an order is %s', (failure, fate) =>
  expect(fateOf(failure && { class: failure, detail: '' })).toBe(fate),
)

test('the stored ids are read line by line, and half a line is no order', () => {
  expect(storedIds('{"id":"a"}\n{"id":"b"}\n{"id":"a"}\n')).toEqual(['a', 'b', 'a'])
  expect(() => storedIds('{"id":"a"}\n{"id":')).toThrow('JSON')
})
