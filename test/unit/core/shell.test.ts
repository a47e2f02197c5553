import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { command, quote } from '../../../engine/core/shell.ts'

/** What a shell makes of a script. */
const wordsOf = (shell: string, script: string): string[] =>
  execFileSync(shell, { input: `${script}\n`, env: {}, encoding: 'utf8' })
    .split('\0')
    .slice(0, -1)

const awkward = [
  ...['', ' ', '-n', '--', '-', '~', '~root', '*', '?', '[a]', '{a,b}', '{1..3}', '!', '!!', '#', '# no comment'],
  ...['$HOME', '$(id)', '`id`', '${x', '\\', '\\n', "'", "''", "'\\''", '"', "$'a'", 'a=b', '%1', '^a^b', '@(a)'],
  ...[
    '\n',
    '\n\n',
    'a\nb\n',
    '\r\n',
    '\t',
    '\u001b[2J',
    '\u007f',
    '&',
    ';',
    '|',
    '<',
    '>',
    '>&2',
    '(',
    ')',
    'é',
    '漢字',
    '🦊',
  ],
]

const sign = fc.constantFrom(...'\'"\\\n\r\t $`!*?[]{}()<>|&;#~-=%^@+,.aé')
const value = fc
  .oneof(fc.string({ unit: 'binary' }), fc.string({ unit: sign }), fc.constantFrom(...awkward))
  .map((text) => text.replaceAll('\0', ''))

describe.each(['dash', 'bash'])('in %s', (shell) => {
  test.each(awkward.map((text) => [JSON.stringify(text), text]))('%s stays one word', (_, text) => {
    expect(wordsOf(shell, `printf '%s\\0' ${quote(text)}`)).toEqual([text])
  })

  test('every vector arrives as it was, whatever is in it', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 12 }), (values) => {
        expect(wordsOf(shell, command('printf', '%s\\0', 'first', ...values))).toEqual(['first', ...values])
      }),
      { numRuns: 60 },
    )
  })

  test('a value in a script in a script arrives as it was', () => {
    fc.assert(
      fc.property(value, (text) => {
        const inner = command('printf', '%s\\0', text)
        expect(wordsOf(shell, command(shell, '-c', command('eval', inner)))).toEqual([text])
      }),
      { numRuns: 30 },
    )
  })
})

test('what is plain is not quoted, so that titles and logs stay readable', () => {
  expect(command('systemctl', 'restart', '--', 'app@1.service', '/etc/a_b-c')).toBe(
    'systemctl restart -- app@1.service /etc/a_b-c',
  )
})

test.each(['\0', 'a\0b', "'\0"])('NUL is refused: %j', (text) => {
  expect(() => quote(text)).toThrow(RangeError)
  expect(() => command('printf', '%s', text)).toThrow(RangeError)
})
