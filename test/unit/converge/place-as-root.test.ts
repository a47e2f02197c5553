import { lchownSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { placeCall, placeFunctions } from '../../../engine/converge/perform/place.ts'
import { sha256 } from '../../../engine/core/hash.ts'
import type { Place } from '../../../engine/core/step.ts'
import { isRoot } from './support/machine.ts'
import { sh, shInNamespace } from './support/shell.ts'

const nobody = 65_534
let folder: string
const at = (name: string) => join(folder, name)

beforeEach(() => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), 'fettle-place-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const placing = (path: string, content: string, change: Partial<Place> = {}) => {
  const root = { owner: 'root', group: 'root', mode: '0600', relies: null }
  const step: Place = { does: 'place', title: '', path, content, effects: [], touches: [], ...root, ...change }
  return `${placeFunctions('abc')}\n${placeCall(step, { original: false })}`
}

describe.skipIf(!isRoot)('placing a file as root (needs root)', () => {
  test('gives it to its owner', () => {
    expect(sh(placing(at('a'), 'x', { owner: String(nobody), group: String(nobody), mode: '0640' })).exit).toBe(0)
    const { uid, gid, mode } = statSync(at('a'))
    expect([uid, gid, mode & 0o7777]).toEqual([nobody, nobody, 0o640])
  })

  test('follows no link that another user made', () => {
    mkdirSync(at('theirs'))
    mkdirSync(at('precious'))
    symlinkSync(at('precious'), at('theirs/link'))
    for (const path of ['theirs/link', 'theirs']) lchownSync(at(path), nobody, nobody)
    expect(sh(placing(at('theirs/link/a'), 'x'))).toMatchObject({
      exit: 1,
      stderr: `${at('theirs/link')} is a symbolic link that root did not make\n`,
    })
    expect(readdirSync(at('precious'))).toEqual([])
  })

  test('stays in the directory that was entered, whatever is put in its place', () => {
    mkdirSync(at('entered'))
    mkdirSync(at('precious'))
    const swap = `mv ${at('entered')} ${at('moved')}; ln -s ${at('precious')} ${at('entered')}`
    const script = placing(at('entered/a'), 'x').replace('  umask "$8"\n', `  ${swap}\n  umask "$8"\n`)
    expect(sh(script).exit).toBe(0)
    expect([readdirSync(at('moved')), readdirSync(at('precious'))]).toEqual([['a'], []])
  })

  test.each([
    ['a new file', ''],
    ['in place of an old one', 'printf old >/mnt/d/a'],
  ])('leaves all as it was where the disk is full: %s', (_, before) => {
    const content = 'é'.repeat(60_000)
    const full = `mkdir /mnt/d && mount -t tmpfs -o size=64k fettle-test /mnt/d\n${before}`
    const script = placing('/mnt/d/a', content, { relies: before ? sha256('old') : null })
    const { exit, stdout, stderr } = shInNamespace(
      `${full}\n${script}\nstatus=$?\nls -A /mnt/d; cat /mnt/d/a 2>&-\nexit $status`,
    )
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: before ? 'a\nold' : '' })
    expect(stderr).toContain('the disk took only a part of /mnt/d/a')
  })

  test('leaves all as it was where there is no room for another name', () => {
    const full = `mkdir /mnt/d && mount -t tmpfs -o nr_inodes=2 fettle-test /mnt/d && printf old >/mnt/d/a`
    const script = placing('/mnt/d/a', 'new', { relies: sha256('old') })
    const { exit, stdout } = shInNamespace(`${full}\n${script}\nstatus=$?\nls -A /mnt/d; cat /mnt/d/a\nexit $status`)
    expect(exit).not.toBe(0)
    expect(stdout).toBe('a\nold')
  })
})
