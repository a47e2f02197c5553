import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chooseSubnet, isFree, rangeOf } from '../../../engine/lab/subnet.ts'

describe('rangeOf', () => {
  test.each([
    ['10.0.0.0/8', 0x0a000000, 0x0affffff],
    ['192.0.2.7/24', 0xc0000200, 0xc00002ff],
    ['10.255.255.53', 0x0affff35, 0x0affff35],
    ['0.0.0.0/0', 0, 0xffffffff],
  ])('%s', (prefix, first, last) => expect(rangeOf(prefix)).toEqual({ first, last }))

  test.each(['default', 'fe80::1', 'local', '10.0.0/8'])('%s is no range', (prefix) =>
    expect(rangeOf(prefix)).toBeNull(),
  )
})

const id = fc.integer({ min: 0, max: 0xffffff }).map((number) => number.toString(16).padStart(6, '0'))
const busy = fc.array(
  fc
    .record({
      x: fc.integer({ min: 0, max: 255 }),
      y: fc.integer({ min: 0, max: 255 }),
      bits: fc.integer({ min: 12, max: 32 }),
    })
    .map(({ x, y, bits }) => rangeOf(`10.${x}.${y}.9/${bits}`) ?? { first: 0, last: 0 }),
  { maxLength: 5 },
)

describe('chooseSubnet', () => {
  test('is never one that something else reaches', () => {
    fc.assert(fc.property(id, busy, (lab, ranges) => isFree(chooseSubnet(lab, ranges), ranges)))
  })

  test('is the same each time, and as a rule another one for another lab', () => {
    expect(chooseSubnet('52bf38', [])).toBe(chooseSubnet('52bf38', []))
    expect(chooseSubnet('52bf38', [])).not.toBe(chooseSubnet('52bf39', []))
  })

  test('goes round at the end of the range', () => {
    const last = (25_600 - 1).toString(16)
    expect(chooseSubnet(last, [])).toBe('10.199.255')
    expect(chooseSubnet(last, [rangeOf('10.199.255.0/24') ?? { first: 0, last: 0 }])).toBe('10.100.0')
  })

  test('says so when the machine reaches all of them already', () => {
    const everything = rangeOf('10.0.0.0/8')
    expect(() => chooseSubnet('000000', everything ? [everything] : [])).toThrow(
      expect.objectContaining({ code: 'lab.failed' }),
    )
  })
})
