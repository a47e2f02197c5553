import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mark, secretOf } from '../../../engine/core/secret.ts'
import { quote } from '../../../engine/core/shell.ts'
import { masker } from '../../../engine/secrets/masker.ts'

const hide = (text: string, ...values: string[]) => masker(values.map(secretOf)).text(text)

const awkward = `p'a"s s\\w&d <é漢🦊>`

describe('a secret is hidden', () => {
  test.each<[string, (value: string) => string]>([
    ['as it is', (value) => value],
    ['in base64', (value) => Buffer.from(value).toString('base64')],
    ['in base64 behind one byte', (value) => Buffer.from(`a${value}`).toString('base64')],
    ['in base64 behind two bytes', (value) => Buffer.from(`ab${value}`).toString('base64')],
    ['in base64 for URLs', (value) => Buffer.from(`${value}??>>`).toString('base64url')],
    ['in base64 over lines', (value) => Buffer.from(value.repeat(9)).toString('base64').replace(/.{76}/g, '$&\n')],
    ['in hexadecimal', (value) => Buffer.from(value).toString('hex')],
    [
      'as od shows it',
      (value) => Buffer.from(value).toString('hex').replace(/../g, ' $&').replace(/.{48}/g, '$&\n').trim(),
    ],
    ['in a URL', encodeURIComponent],
    ['in a form', (value) => new URLSearchParams({ value }).toString().slice(6)],
    ['in a URL with small digits', (value) => encodeURIComponent(value).replace(/%../g, (code) => code.toLowerCase())],
    ['quoted for a shell', quote],
    ['quoted for a shell twice', (value) => quote(quote(value))],
    ['as a shell traces it', (value) => `'${value.replaceAll("'", `'"'"'`)}'`],
    ['with backslashes', (value) => value.replace(/[^\w]/gu, '\\$&')],
    ['in JSON', (value) => JSON.stringify(value)],
    ['in JSON of ASCII', (value) => JSON.stringify(value).replace(/[^ -~]/g, unicodeOf)],
    ['in JSON within JSON', (value) => JSON.stringify(JSON.stringify(value))],
    ['in HTML', (value) => value.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`)],
  ])('%s', (_, form) => {
    for (const value of [awkward, 'hunter22', 'line one\nline two']) {
      const written = form(value)
      const shown = hide(`before ${written} after`, value)
      expect(shown).toContain(mark)
      expect(shown).toMatch(/^before .* after$/s)
      for (const piece of [value, written, ...written.split('\n').filter((line) => line.length > 12)])
        expect(shown).not.toContain(piece)
    }
  })

  test('line by line, where it has several', () => {
    const key = '-----BEGIN KEY-----\nMC4CAQAwBQYDK2Vw\r\n  BCIEIH7tsnR9\n-----END KEY-----\n'
    expect(hide('got: MC4CAQAwBQYDK2Vw', key)).toBe(`got: ${mark}`)
    expect(hide('>   BCIEIH7tsnR9\r', key)).toBe(`>   ${mark}\r`)
  })

  test('and what overlaps with another one, too', () => {
    expect(hide('x abcdefgh y', 'abcdef', 'defgh')).toBe(`x ${mark} y`)
    expect(hide('aaaaaa', 'aaaaa')).toBe(mark)
    expect(hide('abcdabcd abcd', 'abcd')).toBe(`${mark} ${mark}`)
  })
})

const unicodeOf = (letter: string): string => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`

test.each(['', 'a', 'abc'])('%j is too short to look for', (value) => {
  expect(hide(`abc ${value} def`, value)).toBe(`abc ${value} def`)
})

test('no form of any secret survives in any text', () => {
  const value = fc.string({ minLength: 4, maxLength: 30, unit: 'grapheme' }).filter((text) => text.trim().length >= 4)
  const forms: ((value: string) => string)[] = [
    (text) => text,
    (text) => Buffer.from(text).toString('base64').replace(/=+$/, ''),
    encodeURIComponent,
    quote,
    (text) => JSON.stringify(text).slice(1, -1),
  ]
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 3 }), fc.string(), fc.string(), (values, before, after) => {
      for (const form of forms) {
        const text = `${before}${values.map((each) => form(each)).join(after)}${after}`
        const shown = hide(text, ...values).replaceAll(mark, '\0')
        for (const each of values) expect(shown).not.toContain(form(each))
      }
    }),
    { numRuns: 300 },
  )
})

test('text without secrets stays as it is', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      fc.pre(!text.includes('hunter22'))
      expect(hide(text, 'hunter22')).toBe(text)
    }),
  )
})

test('everything that holds text is masked, and the rest kept', () => {
  const { value } = masker([secretOf('hunter22')])
  const event = { type: 'step.failed', duration: 1.5, problem: { detail: 'no hunter22', hunter22: [null, true] } }
  expect(value(event)).toEqual({
    type: 'step.failed',
    duration: 1.5,
    problem: { detail: `no ${mark}`, [mark]: [null, true] },
  })
})

test('a long text of backslashes comes to an end', () => {
  const { text } = masker([secretOf('\\a\\b\\c\\d'), secretOf('x'.repeat(2000))])
  const backslashes = '\\'.repeat(20_000)
  expect(text(backslashes)).toBe(backslashes)
})

test('fifty private keys are soon looked for in a long text that has none of them', () => {
  const keys = Array.from({ length: 50 }, () =>
    generateKeyPairSync('ec', { namedCurve: 'P-256', publicKeyEncoding, privateKeyEncoding }),
  )
  const { text } = masker(keys.map(({ privateKey }) => secretOf(privateKey)))
  const said = 'a line of what a host says, which is not about keys\n'.repeat(8000)
  expect(text(said)).toBe(said)
})

const publicKeyEncoding = { type: 'spki', format: 'pem' } as const
const privateKeyEncoding = { type: 'pkcs8', format: 'pem' } as const
