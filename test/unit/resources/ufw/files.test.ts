import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { blockOf, managementLines, valueIn, withBlock, withValues } from '../../../../engine/resources/ufw/files.ts'
import { bypasses, closedKernel, expectedKernel, judgeKernel } from '../../../../engine/resources/ufw/kernel.ts'
import { sound } from '../../../cases/ufw-host.ts'

const packaged = `*filter
:ufw-before-input - [0:0]
# End required lines

# allow all on loopback
-A ufw-before-input -i lo -j ACCEPT
COMMIT
`
const one = managementLines('ufw', ['192.0.2.0/24'], [22])
const two = managementLines('ufw', ['192.0.2.0/24', '10.0.0.1'], [22, 2222])

describe('the block of a before.rules', () => {
  test('stands before all other rules', () => {
    expect(withBlock(packaged, one).split('\n').slice(2, 6)).toEqual(['# End required lines', ...blockOf(one)])
    const bare = packaged.replace('# End required lines\n', '')
    expect(withBlock(bare, one)).toContain(`${blockOf(one).join('\n')}\n-A ufw-before-input -i lo`)
  })

  test('is replaced as a whole, also where it was torn, and taken away without a trace', () => {
    const torn = withBlock(packaged, two).replace('# END fettle\n', '')
    for (const text of [packaged, withBlock(packaged, one), withBlock(packaged, two), torn]) {
      expect(withBlock(text, two)).toBe(withBlock(packaged, two))
      expect(withBlock(text, [])).toBe(packaged)
    }
  })

  test('leaves every other line', () => {
    const line = fc.string({ unit: 'grapheme-ascii' }).filter((text) => !text.includes('fettle'))
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const text = lines.join('\n')
        expect(withBlock(withBlock(text, two), [])).toBe(text)
      }),
    )
  })
})

test.each([
  ['A=1\nB=2\n', { A: '3' }, 'A=3\nB=2\n'],
  ['# A=1\nA=1\n\nA=2\n', { A: '2' }, '# A=1\nA=2\n\n'],
  ['B=2', { A: 'yes' }, 'B=2\nA=yes\n'],
  ['AB=1\n', { A: '2' }, 'AB=1\nA=2\n'],
])('%j with %j', (text, values, expected) => expect(withValues(text, values)).toBe(expected))

test('what is said last counts', () => {
  expect(valueIn(['A=1', 'A="2"', 'AB=3'], 'A')).toBe('"2"')
  expect(valueIn(['AB=3'], 'A')).toBeNull()
})

describe('the kernel', () => {
  const policies = { input: 'DROP', output: 'ACCEPT', forward: 'DROP' } as const
  const lines = sound.files['/etc/ufw/user.rules'] ?? []
  const management = managementLines('ufw', ['10.190.89.1'], [22])
  const expected = expectedKernel(4, lines, [], management, policies)
  const found = sound.kernel[4] ?? []
  const user = (line: string) => line.startsWith('-A ufw-user-input')

  test('is in force where it does what the files say', () => expect(judgeKernel(found, expected)).toBe('in force'))

  test.each([
    ['a rule more', [...found, '-A ufw-user-input -p tcp -m tcp --dport 1 -j ACCEPT'], 'other rules'],
    ['a rule less', found.filter((line) => !line.includes('--dport 80')), 'other rules'],
    ['another order', [...found.filter((line) => !user(line)), ...found.filter(user).reverse()], 'other rules'],
    ['another source', found.map((line) => line.replace('10.0.0.0/8', '10.0.0.0/9')), 'other rules'],
    ['no way to the rules', found.filter((line) => !line.endsWith('-j ufw-user-input')), 'other rules'],
    ['no management', found.filter((line) => !line.includes('fettle')), 'other rules'],
    ['another policy', found.map((line) => line.replace('INPUT DROP', 'INPUT ACCEPT')), 'not in force'],
    ['no way into the chains', found.filter((line) => !line.startsWith('-A INPUT')), 'not in force'],
    ['nothing', [], 'not in force'],
  ])('has %s', (_, lines, verdict) => expect(judgeKernel(lines, expected)).toBe(verdict))

  test('may have rules of others beside, which are told where they let somebody in', () => {
    const others = [
      '-A INPUT -p tcp -j f2b-sshd',
      '-A INPUT -i lo -j ACCEPT',
      '-A INPUT -p tcp -m tcp --dport 9 -j ACCEPT',
    ]
    expect(judgeKernel([...others, ...found], expected)).toBe('in force')
    expect(bypasses([...others, ...found])).toEqual(['-A INPUT -p tcp -m tcp --dport 9 -j ACCEPT'])
  })

  test('that keeps a family out needs no chains', () => {
    expect(judgeKernel(['-P INPUT DROP', '-P FORWARD DROP', '-P OUTPUT DROP'], closedKernel)).toBe('in force')
    expect(judgeKernel(['-P INPUT ACCEPT', '-P OUTPUT DROP'], closedKernel)).toBe('not in force')
  })
})
