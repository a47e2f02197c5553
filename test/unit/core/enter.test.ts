import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { enterFunction } from '../../../engine/core/enter.ts'
import { command } from '../../../engine/core/shell.ts'

const isRoot = process.getuid?.() === 0
const nobody = 65_534
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), 'fettle-enter-'))
  chmodSync(folder, 0o755)
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Where `enter` leads to; what it says where it does not. */
const enter = (path: string): string => {
  const script = `${enterFunction}\n${command('enter', path)} && pwd -P`
  const { status, stdout, stderr } = spawnSync('dash', ['-c', script], { cwd: '/', encoding: 'utf8' })
  return status === 0 ? stdout.slice(0, -1) : `refused: ${stderr.trim()}`
}

describe('a directory', () => {
  test.each(['plain', 'with blanks', "with 'quotes'", '-n', 'ends in newline\n', '$(id)', 'é', '*'])('%j', (name) => {
    const path = join(folder, name, 'below')
    mkdirSync(path, { recursive: true })
    expect(enter(path)).toBe(path)
  })

  test('the root of all', () => expect(enter('/')).toBe('/'))

  test('a file is none, and what is missing is none', () => {
    writeFileSync(join(folder, 'file'), '')
    expect(enter(join(folder, 'file'))).toMatch(/^refused: /)
    expect(enter(join(folder, 'missing'))).toMatch(/^refused: /)
  })
})

/** `folder/holder/link` leads to `folder/there`. */
const link = (holderOwner: number, linkOwner: number): string => {
  const [holder, there] = [join(folder, 'holder'), join(folder, 'there')]
  mkdirSync(holder)
  mkdirSync(join(there, 'below'), { recursive: true })
  symlinkSync(there, join(holder, 'link'))
  lchownSync(join(holder, 'link'), linkOwner, linkOwner)
  lchownSync(holder, holderOwner, holderOwner)
  return join(holder, 'link')
}

describe.skipIf(!isRoot)('a symbolic link on the way (needs root, to give things to others)', () => {
  test('is followed where root made it in a directory of root’s', () => {
    expect(enter(join(link(0, 0), 'below'))).toBe(join(folder, 'there/below'))
  })

  test.each([
    ['of somebody else', 0, nobody],
    ['of root, in somebody else’s directory', nobody, 0],
    ['of somebody else, in a directory of theirs', nobody, nobody],
  ])('is refused: %s', (_, holderOwner, linkOwner) => {
    const path = link(holderOwner, linkOwner)
    const refused = `refused: ${path} is a symbolic link that root did not make`
    expect(enter(path)).toBe(refused)
    expect(enter(join(path, 'below'))).toBe(refused)
  })
})
