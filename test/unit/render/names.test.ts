import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compressNames, namesWithin } from '../../../cli/render/names.ts'

const cases: readonly [names: readonly string[], text: string][] = [
  [[], ''],
  [['lb1'], 'lb1'],
  [['web01', 'web02', 'web03'], 'web[01:03]'],
  [['web3', 'web1', 'web2', 'web1'], 'web[1:3]'],
  [['web01', 'web02', 'web04', 'db1'], 'web[01:02,04], db1'],
  [['web9', 'web10', 'web11'], 'web[9:11]'],
  [['web09', 'web10'], 'web[09:10]'],
  [['web1', 'web01', 'web2', 'web02'], 'web[1:2,01:02]'],
  [['web1.example.org', 'web2.example.org', 'web1.example.net'], 'web[1:2].example.org, web1.example.net'],
  [['rack1-web1', 'rack1-web2', 'rack2-web1'], 'rack1-web[1:2], rack2-web1'],
  [['web1a', 'web2a'], 'web[1:2]a'],
  [['10.0.0.1', '10.0.0.2', '10.0.1.1'], '10.0.0.[1:2], 10.0.1.1'],
  [['a', 'b'], 'a, b'],
  [['localhost', 'n99999999999999999999'], 'localhost, n99999999999999999999'],
]

test.each(cases)('%j', (names, text) => {
  expect(compressNames(names)).toBe(text)
})

const expanded = (text: string): string[] =>
  text.split(/, /).flatMap((piece) => {
    const [, before = '', list = '', after = ''] = /^(.*?)\[(.*)\](.*)$/.exec(piece) ?? []
    if (!list) return [piece]
    return list.split(',').flatMap((range) => {
      const [first = '', last = first] = range.split(':')
      const count = Number(last) - Number(first) + 1
      return Array.from(
        { length: count },
        (_, step) => before + String(Number(first) + step).padStart(first.length, '0') + after,
      )
    })
  })

const name = fc
  .tuple(
    fc.constantFrom('web', 'db-', 'r1-x', ''),
    fc.integer({ min: 0, max: 30 }),
    fc.integer({ min: 1, max: 3 }),
    fc.constantFrom('', '.a.org', 'b'),
  )
  .map(([before, number, digits, after]) => before + String(number).padStart(digits, '0') + after)

test('what is compressed names the same hosts, each once', () => {
  fc.assert(
    fc.property(fc.uniqueArray(name, { minLength: 1 }), (names) => {
      expect(expanded(compressNames(names)).sort()).toEqual([...names].sort())
    }),
  )
})

test('where there is no room, how many there are', () => {
  const names = ['web1', 'web3', 'web5', 'web7', 'web9', 'web11']
  expect(namesWithin(names, 30)).toBe('web[1,3,5,7,9,11]')
  expect(namesWithin(names, 16)).toBe('6 hosts')
  expect(namesWithin([...names, 'lb1', 'lb2', 'lb7'], 24)).toBe('web[1,3,5,7,9… (9 hosts)')
})

test('ten thousand names are compressed at once', () => {
  const names = Array.from({ length: 10_000 }, (_, index) => `web${index * 2}`)
  expect(compressNames(names).startsWith('web[0,2,4,')).toBe(true)
})
