import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openVault } from '../../engine/secrets/vault.ts'

let folder = ''
const at = (name: string) => join(folder, name)
const vault = (...args: string[]) => execa('ansible-vault', args, { cwd: folder, env: { HOME: folder } })

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fettle-vault-'))
  writeFileSync(at('password'), 'correct horse\n')
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('what ansible-vault encrypted is opened', () => {
  const texts = ['hunter22', '', 'a: 1\nb: é漢🦊\n', 'x'.repeat(16), 'y'.repeat(10_000)]

  test.each(texts.map((text) => [text.slice(0, 20), text]))('a file: %j', async (_, text) => {
    writeFileSync(at('file'), text)
    await vault('encrypt', '--vault-password-file', 'password', 'file')
    const sealed = readFileSync(at('file'), 'utf8')
    expect(sealed).toMatch(/^\$ANSIBLE_VAULT;1\.1;AES256\n/)
    expect(openVault(sealed, ['wrong', 'correct horse'])).toBe(text)
  })

  test('a file with the name of a password', async () => {
    writeFileSync(at('file'), 'hunter22')
    await vault('encrypt', '--vault-id', 'prod@password', 'file')
    const sealed = readFileSync(at('file'), 'utf8')
    expect(sealed).toMatch(/^\$ANSIBLE_VAULT;1\.2;AES256;prod\n/)
    expect(openVault(sealed, ['correct horse'])).toBe('hunter22')
  })

  test('a value', async () => {
    const { stdout } = await vault('encrypt_string', '--vault-password-file', 'password', 'hunter22')
    const [, ...lines] = stdout.split('\n')
    expect(openVault(lines.join('\n'), ['correct horse'])).toBe('hunter22')
  })
})

describe('and nothing else', () => {
  const sealed = async () => {
    writeFileSync(at('file'), 'hunter22')
    await vault('encrypt', '--vault-password-file', 'password', 'file')
    return readFileSync(at('file'), 'utf8')
  }

  test('without the password', async () => {
    const text = await sealed()
    expect(() => openVault(text, ['wrong'])).toThrow('no vault password fits')
    expect(() => openVault(text, [])).toThrow('there is no password')
  })

  test('where it was changed', async () => {
    const lines = (await sealed()).split('\n')
    const last = lines.at(-2) ?? ''
    const changed = [...lines.slice(0, -2), last.slice(0, -1) + (last.endsWith('1') ? '2' : '1'), ''].join('\n')
    expect(() => openVault(changed, ['correct horse'])).toThrow('no vault password fits')
  })

  test.each([
    ['$ANSIBLE_VAULT;1.0;AES\n6162\n', 'format "$ANSIBLE_VAULT;1.0;AES" is not known'],
    ['$ANSIBLE_VAULT;1.1;AES256\n616\n', 'damaged'],
    ['$ANSIBLE_VAULT;1.1;AES256\nhunter22\n', 'damaged'],
    ['$ANSIBLE_VAULT;1.1;AES256\n6162\n', 'damaged'],
  ])('%j', (text, words) => expect(() => openVault(text, ['correct horse'])).toThrow(words))
})
