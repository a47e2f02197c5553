import { expect, test } from 'vitest'
import { cachingSha2 } from '../../../../engine/resources/database/caching-sha2.ts'

test('a salt that MySQL would not take is refused', () => {
  for (const salt of ['', 'short', 'twenty characters $$', 'x'.repeat(21)])
    expect(() => cachingSha2('hello', salt)).toThrow(RangeError)
})

/** MySQL 9.7 lets in who says these. */
test.each([['hello', '$A$005$ABCDEFGHIJ0123456789a3kQRHgM8e6idXR9G3m7Znxf2FwOxj.BqcJfoTvfyAA']])(
  'what is kept of %j',
  (password, kept) => expect(cachingSha2(password, 'ABCDEFGHIJ0123456789')).toBe(kept),
)
