import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { revisionOf } from '../../../cli/revision.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fettle-revision-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const git = (...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=ada', '-c', 'user.email=ada@example.com', ...args], {
    cwd: folder,
    encoding: 'utf8',
  }).trim()

const write = (name: string, text: string): void => {
  mkdirSync(join(folder, name, '..'), { recursive: true })
  writeFileSync(join(folder, name), text)
}

const commit = (): string => {
  git('init', '--quiet')
  write('shop/site.yml', 'name: shop\n')
  git('add', '.')
  git('commit', '--quiet', '--message', 'A site')
  return git('rev-parse', 'HEAD')
}

const site = () => join(folder, 'shop')

test('the commit of a folder that is as committed', async () => {
  const made = commit()
  expect(await revisionOf(site())).toEqual({ commit: made, dirty: false })
})

test.each([
  ['changed', 'shop/site.yml'],
  ['new', 'shop/roles/own/index.ts'],
])('a file that is %s makes it dirty', async (_, file) => {
  const made = commit()
  write(file, 'other')
  expect(await revisionOf(site())).toEqual({ commit: made, dirty: true })
})

test('what is beside the site, and what Fettle keeps in it, does not', async () => {
  const made = commit()
  write('other/file', 'new')
  write('shop/.fettle/runs/1.ndjson', '{}')
  expect(await revisionOf(site())).toEqual({ commit: made, dirty: false })
})

test('none without a work tree, without a commit, and where there is no folder', async () => {
  expect(await revisionOf(folder)).toBeNull()
  git('init', '--quiet')
  expect(await revisionOf(folder)).toBeNull()
  expect(await revisionOf(join(folder, 'missing'))).toBeNull()
})
