import fc from 'fast-check'
import { expect, test } from 'vitest'
import { groupBy } from '../../../engine/core/group-by.ts'

test('groups come in the order in which they appeared, and so do their members', () => {
  const groups = groupBy(['bb', 'a', 'cc', 'd', 'eee'], (word) => word.length)
  expect([...groups]).toEqual([
    [2, ['bb', 'cc']],
    [1, ['a', 'd']],
    [3, ['eee']],
  ])
})

test('keys are told apart as a map does', () => {
  const [one, other] = [{}, {}]
  expect(groupBy([one, other, one], (item) => item).size).toBe(2)
  expect([...groupBy([Number.NaN, 0, Number.NaN], (item) => item).values()]).toEqual([[Number.NaN, Number.NaN], [0]])
})

test('nothing is lost, doubled or put with others', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1000)), (items) => {
      const groups = groupBy(items, (item) => item % 7)
      for (const [key, members] of groups) expect(members).toEqual(items.filter((item) => item % 7 === key))
      expect([...groups.values()].flat()).toHaveLength(items.length)
    }),
  )
})
