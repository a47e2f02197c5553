import { execFileSync, spawnSync } from 'node:child_process'
import { chownSync, lchownSync, lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { enterFunction } from '../../../engine/core/enter.ts'
import type { Declaration } from '../../../engine/core/resource.ts'
import { reveal } from '../../../engine/core/secret.ts'
import { directory } from '../../../engine/resources/directory.ts'

/** Files can be given away only by root. */
const isRoot = process.getuid?.() === 0
const stranger = 12345

const root = mkdtempSync(join(tmpdir(), 'fettle-directories-'))
afterAll(() => rmSync(root, { recursive: true }))

beforeAll(() => {
  if (!isRoot) return
  for (const name of ['etc', 'home', 'real', 'home/theirs']) mkdirSync(join(root, name))
  for (const name of ['home', 'home/theirs']) chownSync(join(root, name), stranger, stranger)
  symlinkSync(join(root, 'real'), join(root, 'by-root'))
  symlinkSync(join(root, 'etc'), join(root, 'home', 'trap'))
  symlinkSync(join(root, 'etc'), join(root, 'by-stranger'))
  for (const name of ['home/trap', 'by-stranger']) lchownSync(join(root, name), stranger, stranger)
  symlinkSync(join(root, 'etc'), join(root, 'home', 'by-root-in-theirs'))
})

const perform = ({ resource, spec }: Declaration) =>
  resource.plan(spec, { type: 'absent' }).steps.map((step) => {
    if (step.does !== 'run') throw new Error('not a script')
    return spawnSync('/bin/sh', ['-c', step.script, 'sh', ...step.args.map(reveal)], { encoding: 'utf8' })
  })[0]

test.runIf(isRoot).each([
  ['real', 'real', 0],
  ['by-root', 'real', 0],
  ['home/theirs', 'home/theirs', 0],
  ['home/trap', '', 1],
  ['by-stranger', '', 1],
  ['home/by-root-in-theirs', '', 1],
  ['missing', '', 2],
])('enters %s', (name, arrives, status) => {
  const script = `${enterFunction}\nenter "$1" && pwd -P`
  const result = spawnSync('/bin/sh', ['-c', script, 'sh', join(root, name)], { encoding: 'utf8' })
  expect([result.stdout.trim(), result.status]).toEqual([status === 0 ? join(root, arrives) : '', status])
})

test.runIf(isRoot)('makes a directory, and puts right one that is there', () => {
  const path = join(root, 'home', 'new')
  for (const mode of ['2750', '0755']) {
    expect(perform(directory.present({ path, owner: 'daemon', group: 'root', mode }))?.status).toBe(0)
    const made = lstatSync(path)
    expect([(made.mode & 0o7777).toString(8).padStart(4, '0'), made.uid, made.gid]).toEqual([mode, 1, 0])
  }
})

test.runIf(isRoot).each(['home/trap', 'home/trap/inside', 'by-stranger/inside', 'by-root'])(
  'does not follow %s',
  (name) => {
    expect(perform(directory.present({ path: join(root, name), owner: 'daemon', mode: '0777' }))?.status).not.toBe(0)
    for (const spared of ['etc', 'real']) {
      const found = lstatSync(join(root, spared))
      expect([found.uid, found.mode & 0o7777]).toEqual([0, 0o755])
      expect(execFileSync('ls', [join(root, spared)], { encoding: 'utf8' })).toBe('')
    }
  },
)
