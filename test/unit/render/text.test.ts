import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { durationText, elapsedText } from '../../../cli/render/duration.ts'
import { visibleLine, visibleText } from '../../../cli/render/visible.ts'
import { broken, truncated, width, wrapped } from '../../../cli/render/width.ts'

const anyCharacter = fc.integer({ min: 0, max: 0x2100 }).map((code) => String.fromCodePoint(code))

describe('visible', () => {
  test.each([
    ['plain ä 漢', 'plain ä 漢'],
    ['\u001b[31mred\u001b[0m', '^[[31mred^[[0m'],
    ['a\tb\r\nc\rd', 'a    b\nc^Md'],
    ['bell\u0007 null\0 del\u007f', 'bell^G null^@ del^?'],
    ['c1 \u009b2J', 'c1 \\x9b2J'],
    ['\u202eevil\u2066', '\\u202eevil\\u2066'],
  ])('%j', (text, shown) => {
    expect(visibleText(text)).toBe(shown)
  })

  test('a name stays on its line', () => {
    expect(visibleLine('a\nb')).toBe('a^Jb')
  })

  test('nothing that a terminal obeys is left of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), (text) => {
        expect(visibleText(text).replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Bidi_Control}/u)
      }),
    )
  })
})

describe('width', () => {
  test.each([
    ['abc', 3],
    ['äö', 2],
    ['漢字', 4],
    ['e\u0301', 1],
    ['🚀', 2],
  ])('%s', (text, columns) => {
    expect(width(text)).toBe(columns)
  })

  test('what is cut fits, what is broken or wrapped loses nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.integer({ min: 2, max: 40 }), (text, columns) => {
        expect(width(truncated(text, columns))).toBeLessThanOrEqual(columns)
        expect(broken(text, columns).join('')).toBe(text)
        expect(Math.max(...broken(text, columns).map(width))).toBeLessThanOrEqual(columns)
        expect(wrapped(text, columns).join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
      }),
    )
  })

  test('breaks between words, as far in as the first line', () => {
    expect(wrapped('  one two three fourfivesix', 9)).toEqual(['  one two', '  three', '  fourfiv', '  esix'])
    expect(truncated('abcdef', 4)).toBe('abc…')
  })
})

test.each([
  [3, '0.00 s'],
  [340, '0.34 s'],
  [1000, '1.0 s'],
  [9940, '9.9 s'],
  [9960, '10 s'],
  [59_600, '1 min 00 s'],
  [125_000, '2 min 05 s'],
  [3_900_000, '1 h 05 min'],
])('%i ms', (milliseconds, text) => {
  expect(durationText(milliseconds)).toBe(text)
})

test('a running clock counts whole seconds', () => {
  expect(elapsedText(999)).toBe('0 s')
  expect(elapsedText(61_999)).toBe('1 min 01 s')
})
