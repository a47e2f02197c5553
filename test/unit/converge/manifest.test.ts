import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  emptyManifest,
  foldManifest,
  isOutgrown,
  type Manifest,
  type ManifestLine,
  manifestLines,
} from '../../../engine/converge/state/manifest.ts'
import { anyHistory } from './support/arbitrary.ts'

const textOf = (lines: readonly ManifestLine[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join('')
const fold = (...lines: ManifestLine[]): Manifest => foldManifest(`{"format":1}\n${textOf(lines)}`)
/** All that it says, and in which order; not by how many lines. */
const sayingOf = ({ owned, paid, owed }: Manifest) => ({
  owned: [...owned],
  paid: [...paid].map(([unit, inputs]) => [unit, new Map(inputs)]),
  owed: [...owed],
})

const own = (key: string, version: string) =>
  ({ own: key, site: 'shop', role: 'base', origin: 'created', version }) as const
const at = (uptime: number) => ({ bootId: 'boot', uptime })
const owe = (asks: 'reload' | 'restart', because: string, uptime: number) =>
  ({ owe: 'a.service', asks, because: [because], at: at(uptime) }) as const

describe('what lines say', () => {
  test('nothing, where there are none', () => expect(foldManifest('')).toEqual(emptyManifest))

  test('the last word on a key holds', () => {
    const { owned } = fold(own('file:/a', '1'), own('file:/b', '1'), own('file:/a', '2'))
    expect([...owned].map(([key, { version }]) => [key, version])).toEqual([
      ['file:/a', '2'],
      ['file:/b', '1'],
    ])
  })

  test('what was dropped and made again was made last', () => {
    const { owned } = fold(own('file:/a', '1'), own('file:/b', '1'), { drop: 'file:/a' }, own('file:/a', '2'))
    expect([...owned.keys()]).toEqual(['file:/b', 'file:/a'])
    expect(fold(own('file:/a', '1'), { drop: 'file:/a' }).owned.size).toBe(0)
  })

  test.each([
    ['reload', 'reload', 'reload'],
    ['reload', 'restart', 'restart'],
    ['restart', 'reload', 'restart'],
    ['restart', 'restart', 'restart'],
  ] as const)(
    'a mark for a %s and one for a %s are one for a %s, for all inputs, as of the last',
    (one, other, asks) => {
      const { owed } = fold(owe(one, 'file:/a', 10), owe(other, 'file:/b', 20), owe(other, 'file:/a', 30))
      expect(owed).toEqual(new Map([['a.service', { asks, because: ['file:/a', 'file:/b'], at: at(30) }]]))
    },
  )

  test('paying clears the marks before it, and no later ones', () => {
    const pay = { pay: 'a.service', inputs: { 'file:/a': { version: '1', asks: 'reload' } } } as const
    expect(fold(owe('restart', 'file:/a', 10), pay).owed.size).toBe(0)
    const { owed, paid } = fold(owe('restart', 'file:/a', 10), pay, owe('reload', 'file:/b', 20))
    expect(owed.get('a.service')).toEqual({ asks: 'reload', because: ['file:/b'], at: at(20) })
    expect(paid.get('a.service')).toEqual(new Map([['file:/a', { version: '1', asks: 'reload' }]]))
  })
})

describe('a format that this Fettle does not know', () => {
  test.each([
    [0, 'run the Fettle that wrote it once more'],
    [2, 'a newer Fettle wrote it: use that one'],
  ])('%d is refused, and says what to do', (format, hint) => {
    const text = `{"format":${format}}\n${textOf([own('file:/a', '1')])}`
    expect(() => foldManifest(text)).toThrow(
      expect.objectContaining({ code: 'manifest.format', problems: [expect.objectContaining({ hint })] }),
    )
  })
})

describe('after a crash', () => {
  const appended = (lines: readonly ManifestLine[]) => Buffer.from(`\n${textOf(lines)}`)

  test('a line torn anywhere is passed over, and what was written before and after it counts', () => {
    fc.assert(
      fc.property(anyHistory, anyHistory, fc.nat(), (before, after, cut) => {
        const whole = Buffer.concat([Buffer.from('{"format":1}\n'), appended(before)])
        const torn = whole.subarray(0, cut % (whole.length + 1)).toString()
        const survived = before.filter((_, index) => torn.includes(textOf(before.slice(0, index + 1)).slice(0, -1)))
        expect(sayingOf(foldManifest(torn + appended(after)))).toEqual(sayingOf(fold(...survived, ...after)))
      }),
    )
  })

  test('a block of zeros is passed over', () => {
    const text = `${textOf([own('file:/a', '1')])}${'\0'.repeat(64)}\n${textOf([own('file:/b', '1')])}`
    expect([...foldManifest(text).owned.keys()]).toEqual(['file:/a', 'file:/b'])
  })
})

describe('without its history', () => {
  test('a manifest says the same', () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        const manifest = fold(...history)
        const compact = fold(...manifestLines(manifest))
        expect(sayingOf(compact)).toEqual(sayingOf(manifest))
        expect(compact.lines).toBeLessThanOrEqual(manifest.lines)
      }),
    )
  })

  test('and goes on in the same way', () => {
    fc.assert(
      fc.property(anyHistory, anyHistory, (history, later) => {
        const compact = manifestLines(fold(...history))
        expect(sayingOf(fold(...compact, ...later))).toEqual(sayingOf(fold(...history, ...later)))
      }),
    )
  })

  test('it has not outgrown itself', () => {
    const history = Array.from({ length: 300 }, (_, index) => own('file:/a', String(index)))
    const manifest = fold(...history)
    expect(isOutgrown(manifest)).toBe(true)
    expect(isOutgrown(fold(...manifestLines(manifest)))).toBe(false)
    const much = Array.from({ length: 300 }, (_, index) => own(`file:/${index}`, '1'))
    expect(isOutgrown(fold(...much))).toBe(false)
  })
})
