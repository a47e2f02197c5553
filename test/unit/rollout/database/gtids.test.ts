import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  binlogState,
  count,
  describeGtids,
  type Gtids,
  isWithin,
  minus,
  readGtids,
} from '../../../../engine/rollout/database/gtids.ts'

const uuid = '3e11fa47-71ca-11e1-9e33-c80aa9429562'
const other = '4350f323-7565-11e1-9e33-c80aa9429562'

describe('what servers have executed is read', () => {
  test.each([
    ['mysql', '', {}],
    ['mysql', `${uuid}:1-5`, { [uuid]: [[1, 5]] }],
    ['mysql', `${uuid}:7:1-5:6`, { [uuid]: [[1, 7]] }],
    [
      'mysql',
      `${uuid.toUpperCase()}:1-3,\n${other}:2:9-11`,
      {
        [uuid]: [[1, 3]],
        [other]: [
          [2, 2],
          [9, 11],
        ],
      },
    ],
    [
      'mysql',
      `${uuid}:1-5:backup:1-2:8`,
      {
        [uuid]: [[1, 5]],
        [`${uuid}:backup`]: [
          [1, 2],
          [8, 8],
        ],
      },
    ],
    ['mariadb', '', {}],
    ['mariadb', '0-1-205', { '0-1': [[1, 205]] }],
    ['mariadb', '0-2-210,0-1-205,5-1-3', { '0-2': [[1, 210]], '0-1': [[1, 205]], '5-1': [[1, 3]] }],
  ] as const)('of %s: %s', (flavor, text, sets) => {
    expect(Object.fromEntries(readGtids(flavor, text))).toEqual(sets)
  })
})

const sets = (text: string) => readGtids('mysql', text)

describe('what one server has more than another', () => {
  test.each([
    [`${uuid}:1-5`, `${uuid}:1-5`, ''],
    [`${uuid}:1-5`, '', `${uuid}: 1 to 5`],
    [`${uuid}:1-9`, `${uuid}:3-4:8`, `${uuid}: 1 to 2, 5 to 7, 9`],
    [`${uuid}:1-9`, `${other}:1-9`, `${uuid}: 1 to 9`],
    [`${uuid}:4-6`, `${uuid}:1-5`, `${uuid}: 6`],
    [`${uuid}:4-6`, `${uuid}:1-20`, ''],
    [`${uuid}:2,${other}:1`, `${uuid}:2`, `${other}: 1`],
  ])('%s without %s', (one, less, left) => {
    expect(describeGtids(minus(sets(one), sets(less)))).toBe(left)
  })

  test('is the same as by counting each transaction', () => {
    const interval = fc
      .tuple(fc.integer({ min: 1, max: 30 }), fc.nat(8))
      .map(([first, more]) => `${first}-${first + more}`)
    const set = fc
      .array(fc.tuple(fc.constantFrom(uuid, other), fc.array(interval, { minLength: 1, maxLength: 4 })), {
        maxLength: 3,
      })
      .map((parts) => parts.map(([source, intervals]) => `${source}:${intervals.join(':')}`).join(','))
    fc.assert(
      fc.property(set, set, (one, less) => {
        const left = minus(sets(one), sets(less))
        const singles = each(sets(one)).filter((single) => !each(sets(less)).includes(single))
        expect(each(left).sort()).toEqual(singles.sort())
        expect(count(left)).toBe(singles.length)
        expect(isWithin(sets(one), sets(less))).toBe(singles.length === 0)
      }),
    )
  })
})

/** Every transaction by itself. */
const each = (gtids: Gtids): string[] =>
  [...gtids].flatMap(([source, intervals]) =>
    intervals.flatMap(([first, last]) =>
      Array.from({ length: last - first + 1 }, (_, at) => `${source}:${first + at}`),
    ),
  )

test('what a server of MariaDB has is told as the state of a binlog', () => {
  expect(binlogState(readGtids('mariadb', '0-1-10,0-2-14,0-2-12,1-1-3'))).toBe('0-1-10,0-2-14,1-1-3')
  expect(binlogState(new Map())).toBe('')
})
