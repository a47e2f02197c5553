import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { build, newFolder, problemOf, write } from './support.ts'

/** Packs with GNU tar, as a user would. */
const packed = async (...args: readonly string[]): Promise<string> => {
  const file = join(newFolder(), 'shop.tar.gz')
  await execa('tar', ['-czf', file, ...args])
  return file
}
const good = () => packed('-C', write(newFolder(), { 'main.js': 'one', 'lib/a.js': 'a' }), '.')

test('a finished artifact is taken as it is, byte for byte', async () => {
  const artifact = await good()
  const archive = await build(newFolder(), { artifact })
  const sha256 = createHash('sha256').update(readFileSync(artifact)).digest('hex')
  expect(archive).toMatchObject({ release: `v1-${sha256.slice(0, 12)}`, version: 'v1', sha256 })
  expect(archive.content).toEqual({ bytes: 4, entries: 4 })
  expect(readFileSync(archive.file)).toEqual(readFileSync(artifact))
})

test.each<[string, () => Promise<string>, string]>([
  ['not there', async () => '/no/such/file.tar.gz', 'no such file'],
  ['a folder', async () => newFolder(), 'folder|directory|EISDIR|not supported'],
  ['something else', async () => join(write(newFolder(), { 'x.tar.gz': 'not an archive' }), 'x.tar.gz'), 'gzip'],
  ['empty as a file', async () => join(write(newFolder(), { 'x.tar.gz': '' }), 'x.tar.gz'), 'gzip'],
  ['empty as an archive', () => packed('--files-from', '/dev/null'), 'unrecognized archive format'],
  ['only folders', () => packed('-C', write(newFolder(), { 'a/b': '' }), '--exclude=b', '.'), 'there is nothing in it'],
  ['not compressed', uncompressed, 'it is not compressed with gzip'],
  ['cut short', cutShort, 'unexpected end of file'],
  ['damaged', damaged, 'invalid|incorrect|checksum'],
  ['compressed, but no archive', noArchive, 'archive|checksum|header'],
  ['leading out by ..', () => packed('-P', '-C', '/etc', '../etc/hostname'), 'outside of its folder: ../etc/hostname'],
  ['leading out by /', () => packed('-P', '/etc/hostname'), 'outside of its folder: /etc/hostname'],
  ['with a pipe', withPipe, 'neither files, folders nor links: pipe'],
])('an artifact that is %s', async (_, make, detail) => {
  const [artifact, into] = [await make(), join(newFolder(), 'releases')]
  expect(await problemOf(build(newFolder(), { artifact, into }))).toEqual({
    code: 'artifact.invalid',
    message: `${artifact} is not an archive of a release`,
    detail: expect.stringMatching(new RegExp(detail, 'i')),
    hint: 'it is a .tar.gz whose top is the folder that the app is run in',
  })
  expect(readdirSync(into)).toEqual([])
})

async function uncompressed() {
  const file = join(newFolder(), 'shop.tar')
  await execa('tar', ['-cf', file, '-C', write(newFolder(), { a: '' }), '.'])
  return file
}

async function cutShort() {
  const file = await good()
  truncateSync(file, readFileSync(file).length - 30)
  return file
}

async function damaged() {
  const file = await good()
  const bytes = readFileSync(file)
  bytes.fill(0xff, 40, 60)
  writeFileSync(file, bytes)
  return file
}

async function noArchive() {
  const file = join(newFolder(), 'x.tar.gz')
  const { stdout } = await execa('gzip', ['-c'], { input: 'x'.repeat(2000), encoding: 'buffer' })
  writeFileSync(file, stdout)
  return file
}

async function withPipe() {
  const folder = newFolder()
  mkdirSync(folder, { recursive: true })
  await execa('mkfifo', [join(folder, 'pipe')])
  return packed('-C', folder, 'pipe')
}
