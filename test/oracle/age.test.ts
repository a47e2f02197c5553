import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { decrypt, encrypt, keyCount } from '../../engine/secrets/age.ts'
import { makeIdentity, readIdentities } from '../../engine/secrets/identity.ts'

const text = 'db: "hunter22"\nname: é漢🦊\n'
let folder = ''
const at = (name: string) => join(folder, name)
const nobody = async (): Promise<string> => {
  throw new Error('nobody was to be asked')
}
const withKey = (...files: string[]) => ({ identities: () => readIdentities(files, nobody), passphrase: nobody })
const withPassphrase = (passphrase: string) => ({ identities: async () => [], passphrase: async () => passphrase })

/** age asks for passphrases at a terminal alone; `script` is one. */
const atTerminal = (command: string, ...answers: string[]) =>
  execa('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd: folder,
    input: answers.map((answer) => `${answer}\n`).join(''),
  })

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fettle-age-'))
  await execa('age-keygen', ['-o', at('theirs')])
})
afterAll(() => rmSync(folder, { recursive: true }))

test('age opens what Fettle encrypted, with a key of either', async () => {
  const ours = await makeIdentity(at('ours'))
  const { stdout: theirs } = await execa('age-keygen', ['-y', at('theirs')])
  writeFileSync(at('both.age'), await encrypt(text, { recipients: [ours, theirs] }))
  expect(readFileSync(at('both.age'), 'latin1')).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----\n/)
  expect(keyCount('both.age', readFileSync(at('both.age')))).toBe(2)
  for (const key of ['ours', 'theirs']) {
    const { stdout } = await execa('age', ['-d', '-i', at(key), at('both.age')], { stripFinalNewline: false })
    expect(stdout).toBe(text)
  }
})

test.each([
  ['in armor', ['--armor']],
  ['as bytes', []],
])('Fettle opens what age encrypted: %s', async (_, options) => {
  const { stdout: recipient } = await execa('age-keygen', ['-y', at('theirs')])
  await execa('age', [...options, '-r', recipient, '-o', at('a.age')], { input: text })
  chmodSync(at('theirs'), 0o600)
  expect(await decrypt('a.age', readFileSync(at('a.age')), withKey(at('theirs')))).toBe(text)
  rmSync(at('a.age'))
})

test('with a passphrase, from Fettle to age', async () => {
  writeFileSync(at('ours.age'), await encrypt(text, { passphrase: 'correct horse' }))
  expect(keyCount('ours.age', readFileSync(at('ours.age')))).toBeNull()
  await atTerminal('age -d -o opened ours.age', 'correct horse')
  expect(readFileSync(at('opened'), 'utf8')).toBe(text)
})

test('with a passphrase, from age to Fettle', async () => {
  writeFileSync(at('plain'), text)
  await atTerminal('age -p -o theirs.age plain', 'correct horse', 'correct horse')
  const content = readFileSync(at('theirs.age'))
  expect(await decrypt('theirs.age', content, withPassphrase('correct horse'))).toBe(text)
  await expect(decrypt('theirs.age', content, withPassphrase('wrong horse'))).rejects.toMatchObject({
    problems: [{ code: 'secret.locked' }],
  })
})

test('a key that has a passphrase itself', async () => {
  await atTerminal('age -p -o locked theirs', 'correct horse', 'correct horse')
  chmodSync(at('locked'), 0o600)
  const open = await readIdentities([at('theirs')], nobody)
  expect(await readIdentities([at('locked')], async () => 'correct horse')).toEqual(open)
})

test('a key that others may read is not used', async () => {
  chmodSync(at('theirs'), 0o644)
  await expect(readIdentities([at('theirs')], nobody)).rejects.toMatchObject({
    problems: [{ code: 'secret.locked', hint: `chmod 600 ${at('theirs')}` }],
  })
})
