import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nameOfKey, readKeyFile, writeKeyFile } from '../../../engine/resources/key-file.ts'

const a = 'ssh-ed25519 AAAAaaaaaaaaaaaa ada'
const b = 'ssh-rsa AAAAbbbbbbbbbbbb bob'
const block = (...lines: string[]) => `# begin fettle\n${lines.map((line) => `${line}\n`).join('')}# end fettle\n`

const write = (text: string, keys: string[], exclusive = false) => writeKeyFile(readKeyFile(text), keys, exclusive)

test.each([
  ['into an empty file', '', [a], block(a)],
  ['beside what others put there', `# hi\n${b}\n`, [a], `# hi\n${b}\n${block(a)}`],
  ['what left the list goes', block(a, b), [a], block(a)],
  ['nothing is left of an empty list', `${b}\n${block(a)}`, [], `${b}\n`],
  ['a key of others stays theirs', `${a} at work\n`, [a], `${a} at work\n`],
  ['but not with other options', `no-pty ${a}\n`, [a], block(a)],
  ['options with blanks and quotes', `command="echo \\"ssh-rsa AAAA\\"" ${a}\n`, [a], block(a)],
  ['a mark without its end is nobody’s', `# begin fettle\n${b}\n`, [a], `${b}\n${block(a)}`],
])('%s', (_, before, keys, after) => expect(write(before, keys)).toBe(after))

test('exclusive leaves only ours', () => {
  expect(write(`# hi\n${b}\n${block(a)}`, [a], true)).toBe(block(a))
})

test('people see type, end and comment', () => {
  expect(nameOfKey(`no-pty ${a}`)).toBe('no-pty ssh-ed25519 …aaaaaaaa ada')
  expect(nameOfKey('# ssh-ed25519 AAAA')).toBeNull()
})

const key = fc.integer({ min: 10, max: 30 }).map((number) => `ssh-ed25519 AAAA${String(number).repeat(6)} k${number}`)
const line = fc.oneof(key, fc.constantFrom('# a comment', 'no-pty ssh-rsa AAAAx', '# begin fettle', '# end fettle', ''))

test('a written file holds every key once, and writing it again changes nothing', () => {
  fc.assert(
    fc.property(fc.array(line), fc.uniqueArray(key), fc.boolean(), (lines, keys, exclusive) => {
      const once = write(lines.map((each) => `${each}\n`).join(''), keys, exclusive)
      const held = once.split('\n')
      for (const wanted of keys) expect(held).toContain(wanted)
      if (exclusive) expect(held.filter((each) => nameOfKey(each))).toEqual(keys)
      expect(write(once, keys, exclusive)).toBe(once)
    }),
  )
})
