import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { text } from '../../../engine/facts/text.ts'
import { ask } from './ask.ts'

const root = mkdtempSync(join(tmpdir(), 'fettle-text-'))
afterAll(() => rmSync(root, { recursive: true }))

test('text comes back as it is', () => {
  const file = join(root, 'a file with $(id)')
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii' }), fc.string({ unit: 'grapheme' }), (one, other) => {
      fc.pre(!`${one}${other}`.includes('\0') && !other.includes('\ufffd'))
      writeFileSync(file, one)
      writeFileSync(`${file}2`, other)
      expect(ask(text, file, join(root, 'missing'), `${file}2`)).toEqual([one, null, other])
    }),
    { numRuns: 15 },
  )
})

test('binary and long files are not text', () => {
  writeFileSync(join(root, 'binary'), Buffer.from([0x61, 0xff, 0x62]))
  writeFileSync(join(root, 'zero'), 'a\0b')
  writeFileSync(join(root, 'long'), 'x'.repeat(65537))
  writeFileSync(join(root, 'fits'), 'x'.repeat(65536))
  const answers = ask(text, ...['binary', 'zero', 'long', 'fits', '.'].map((name) => join(root, name)))
  expect(answers.map((answer) => answer?.length ?? null)).toEqual([null, null, null, 65536, null])
})
