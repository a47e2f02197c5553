import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { readEntries, withEntries } from '../../../engine/secrets/entries.ts'
import { generate } from '../../../engine/secrets/generate.ts'

const text = `# of the shop
db: hunter22
pin: 0123
no: no
quoted: "a: b # c"
key: |
  -----BEGIN KEY-----
  MC4C
session: {generated: abc, length: 40, alphabet: hex}
token:
  generated: xyz
  lasting: yes
`

test('every value is text as it stands there', () => {
  expect(Object.fromEntries(readEntries(text).entries)).toEqual({
    db: { value: 'hunter22' },
    pin: { value: '0123' },
    no: { value: 'no' },
    quoted: { value: 'a: b # c' },
    key: { value: '-----BEGIN KEY-----\nMC4C\n' },
    session: { value: 'abc', made: { length: 40, alphabet: 'hex' } },
    token: { value: 'xyz', made: { length: 32, alphabet: 'alphanumeric', lasting: true } },
  })
})

test.each(['', '\n', '# nothing yet\n'])('%j has none', (empty) => expect(readEntries(empty).entries.size).toBe(0))

test.each([
  ['a: [hunter22', 'line 1 of the secrets is not valid YAML'],
  ['b: 1\na: "hunter22', 'line 2 of the secrets is not valid YAML'],
  ['- hunter22', 'a mapping from names to values'],
  ['hunter22', 'a mapping from names to values'],
  ['a b: hunter22', '"a b" is not a name'],
  ['a: [hunter22]', 'secret a is neither text nor generated'],
  ['a: {value: hunter22}', 'secret a is neither text nor generated'],
  ['a: {generated: hunter22, alphabet: runes}', 'secret a is neither text nor generated'],
])('%j is refused without its value', (wrong, message) => {
  expect(() => readEntries(wrong)).toThrow(message)
  expect(() => readEntries(wrong)).not.toThrow('hunter22')
})

test('a change leaves comments and the others as they are', () => {
  const changes = new Map([
    ['db', { value: 'other' }],
    ['pin', null],
    ['new', generate({ length: 10, alphabet: 'digits' })],
    ['kept', generate({ length: 8, alphabet: 'hex', lasting: true })],
  ])
  const changed = withEntries(readEntries(text), changes)
  expect(changed.text).toMatch(/^# of the shop\ndb: "other"\nno: no\n/)
  expect(changed.entries.get('new')).toEqual({
    value: expect.stringMatching(/^\d{10}$/),
    made: { length: 10, alphabet: 'digits' },
  })
  expect(changed.entries.get('kept')?.made).toEqual({ length: 8, alphabet: 'hex', lasting: true })
  expect([...changed.entries.keys()]).toEqual(['db', 'no', 'quoted', 'key', 'session', 'token', 'new', 'kept'])
})

test('any value comes back as it was kept, for other readers of YAML too', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (value) => {
      const kept = withEntries(readEntries(text), new Map([['a', { value }]]))
      expect(kept.entries.get('a')).toEqual({ value })
      expect(parse(kept.text).a).toBe(value)
    }),
  )
  for (const value of ['a\nb', 'a\n', '\n', ' a\n b\n\n', 'a\r\nb', '# a\n# b'])
    expect(withEntries(readEntries(''), new Map([['a', { value }]])).entries.get('a')).toEqual({ value })
})

test('generated values are of their alphabet, and each another', () => {
  const values = Array.from({ length: 100 }, () => generate({ length: 32, alphabet: 'alphanumeric' }).value)
  expect(new Set(values).size).toBe(100)
  for (const value of values) expect(value).toMatch(/^[A-Za-z0-9]{32}$/)
  expect(new Set(values.join('')).size).toBe(62)
})
