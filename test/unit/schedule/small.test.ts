import fc from 'fast-check'
import { expect, test } from 'vitest'
import { command } from '../../../engine/core/shell.ts'
import { outcomeOf } from '../../../engine/schedule/attempt.ts'
import { readDuration } from '../../../engine/schedule/duration.ts'
import { Tail } from '../../../engine/schedule/tail.ts'
import { wordsOf } from '../../../engine/schedule/words.ts'

test('words are what a shell would make of them', () => {
  const word = fc.string({ unit: 'grapheme-ascii' })
  fc.assert(
    fc.property(fc.array(word), (words) => {
      expect(wordsOf(command(...words))).toEqual(words)
    }),
  )
  expect(wordsOf(` a  "b 'c' \\" d" 'e \\ "f"'g \\  `)).toEqual(['a', `b 'c' " d`, `e \\ "f"g`, ' '])
  expect(wordsOf('')).toEqual([])
  expect(wordsOf(`a "b`)).toBeNull()
  expect(wordsOf(`$HOME *;x`)).toEqual(['$HOME', '*;x'])
})

test.each([
  ['30s', 30_000],
  ['10m', 600_000],
  ['2h', 7_200_000],
  ['366d', 31_622_400_000],
  ['367d', null],
  ['0s', null],
  ['1.5h', null],
  ['5', null],
  ['5 m', null],
  [30, null],
])('a time: %s', (text, milliseconds) => {
  expect(readDuration(text)).toBe(milliseconds)
})

test('of what is said, the end is kept, in whole lines', () => {
  const tail = new Tail()
  tail.add(Buffer.from('short\n'))
  expect(tail.text()).toBe('short\n')
  for (let line = 0; line < 5000; line++) tail.add(Buffer.from(`line ${line} ä\n`))
  const lines = tail.text().split('\n')
  expect(lines.slice(0, 1)).toEqual(['...'])
  expect(lines[1]).toMatch(/^line \d+ ä$/)
  expect(lines.slice(-2)).toEqual(['line 4999 ä', ''])
  expect(Buffer.byteLength(tail.text())).toBeLessThan(16_400)
})

test.each([
  [0, null, 'succeeded'],
  [0, 'timed-out', 'succeeded'],
  [2, null, 'pending'],
  [2, 'interrupted', 'interrupted'],
  [130, 'timed-out', 'timed-out'],
  [130, null, 'failed'],
  [null, null, 'failed'],
] as const)('exit status %s, ended because %s', (exit, why, outcome) => {
  expect(outcomeOf(exit, why)).toBe(outcome)
})
