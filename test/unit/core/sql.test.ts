import { describe, expect, test } from 'vitest'
import { accountName, identifier, literal } from '../../../engine/core/sql.ts'

describe('a literal', () => {
  test.each([
    ['', "''"],
    ['plain', "'plain'"],
    ["it's", "'it''s'"],
    ["' OR 1=1; -- ", "''' OR 1=1; -- '"],
    ['back\\slash', "'back\\\\slash'"],
    ["\\'", "'\\\\'''"],
    ['two\nlines\r\n', "'two\\nlines\\r\\n'"],
    ['a\0b\x1a', "'a\\0b\\Z'"],
    ['"`é漢🦊', `'"\`é漢🦊'`],
  ])('%j', (value, written) => expect(literal(value)).toBe(written))

  test('holds whole characters only', () => expect(() => literal('a\ud800')).toThrow(RangeError))
})

describe('a name', () => {
  test.each([
    ['shop', '`shop`'],
    ['a`b', '`a``b`'],
    ['a b.c', '`a b.c`'],
    ['shop\\_1', '`shop\\_1`'],
  ])('%j', (name, written) => expect(identifier(name)).toBe(written))

  test.each(['', 'a\0b', '\udc00'])('%j is none', (name) => expect(() => identifier(name)).toThrow(RangeError))
})

test('an account is who it is, and where it comes from', () =>
  expect(accountName("o'hara", '192.0.2.0/255.255.255.0')).toBe("'o''hara'@'192.0.2.0/255.255.255.0'"))
