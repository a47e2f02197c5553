import { beforeEach, expect, test } from 'vitest'
import { newIdentity } from '../../../engine/secrets/age.ts'
import { openSops } from '../../../engine/secrets/sops.ts'
import { keysOf, newFolder, write } from './folder.ts'
import { sopsFile } from './sops.ts'

const tree = {
  db: { password: 'hunter22', port: 5432, replica: true, name_unencrypted: 'shop', note: '' },
  keys: ['first', 'second', 3],
  'odd:key': { 'a b': 'é漢🦊\nsecond line\n' },
  nothing: null,
}

let folder: string
let identity: string
beforeEach(async () => {
  folder = newFolder()
  identity = await newIdentity()
})

const open = (...path: string[]) => openSops({ from: 'sops', file: 's.yml', path }, folder, keysOf([identity]))

test.each([
  ['of YAML', (text: string) => text],
  ['of YAML with comments', (text: string) => `# of the shop\n${text}`],
])('every value comes out as it was put in: %s', async (_, change) => {
  write(folder, 's.yml', change(await sopsFile(tree, [await newIdentity(), identity])))
  expect(await open('db', 'password')).toBe('hunter22')
  expect(await open('db', 'port')).toBe('5432')
  expect(await open('db', 'replica')).toBe('True')
  expect(await open('db', 'name_unencrypted')).toBe('shop')
  expect(await open('keys', '1')).toBe('second')
  expect(await open('odd:key', 'a b')).toBe('é漢🦊\nsecond line\n')
})

test('its MAC may be over what is encrypted alone', async () => {
  write(folder, 's.yml', await sopsFile(tree, [identity], { macOnlyEncrypted: true }))
  expect(await open('db', 'password')).toBe('hunter22')
})

test.each([
  ['a plain value was changed', (text: string) => text.replace('name_unencrypted: shop', 'name_unencrypted: hack')],
  ['a value was taken out', (text: string) => text.replace(/^ {2}port: .*\n/m, '')],
  ['two values were swapped', (text: string) => text.replace(/( +- ENC.*\n)( +- ENC.*\n)/, '$2$1')],
])('nothing is believed where %s', async (_, change) => {
  const text = await sopsFile(tree, [identity])
  expect(change(text)).not.toBe(text)
  write(folder, 's.yml', change(text))
  await expect(open('db', 'password')).rejects.toMatchObject({
    problems: [{ code: 'secret.invalid', message: expect.stringMatching(/its MAC is another|was moved/) }],
  })
})

test('nothing is believed where a value was moved', async () => {
  const text = await sopsFile(tree, [identity])
  const port = /port: (ENC.*)/.exec(text)?.[1] ?? ''
  write(
    folder,
    's.yml',
    text.replace(/password: ENC.*/, () => `password: ${port}`),
  )
  await expect(open('db', 'password')).rejects.toThrow('"db.password" of s.yml is damaged, or was moved')
})

test.each([
  ['nobody’s key', () => sopsFile(tree, []), 'secret.invalid', 'for no age key'],
  ['somebody else’s key', async () => sopsFile(tree, [await newIdentity()]), 'secret.locked', 'none of your keys'],
  ['no MAC', async () => (await sopsFile(tree, [identity])).replace(/^ {2}mac: .*\n/m, ''), 'secret.invalid', 'MAC'],
  ['nothing of SOPS', async () => 'db: {password: x}\n', 'secret.invalid', 'has not encrypted'],
])('a file with %s', async (_, text, code, words) => {
  write(folder, 's.yml', await text())
  await expect(open('db', 'password')).rejects.toMatchObject({
    problems: [{ code, message: expect.stringContaining(words) }],
  })
})

test('a value that is not there', async () => {
  write(folder, 's.yml', await sopsFile(tree, [identity]))
  await expect(open('db', 'pasword')).rejects.toThrow('s.yml has no value "db.pasword"')
})
