import { expect, test } from 'vitest'
import { codeFrame } from '../../../engine/core/frame.ts'

const source = 'one\n\ttwo: 2\r\nthree\nfour\n'

const cases: readonly [
  what: string,
  text: string,
  line: number,
  column: number,
  label: string | undefined,
  frame: string,
][] = [
  ['first line', source, 1, 2, undefined, '> 1 | one\n    |  ^\n  2 |   two: 2'],
  ['between, behind a tab', source, 2, 2, 'here', '  1 | one\n> 2 |   two: 2\n    |   ^ here\n  3 | three'],
  ['last line', source, 4, 5, undefined, '  3 | three\n> 4 | four\n    |     ^'],
  ['at the end of the text', 'a', 1, 2, undefined, '> 1 | a\n    |  ^'],
  ['numbers of two widths', 'x\n'.repeat(10), 9, 1, undefined, '   8 | x\n>  9 | x\n     | ^\n  10 | x'],
]

test.each(cases)('%s', (_, text, line, column, label, frame) => {
  expect(codeFrame(text, { line, column }, label)).toBe(frame)
})
