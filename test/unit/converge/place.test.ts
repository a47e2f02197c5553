import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { changedUnderUs, placeCall, placeFunctions } from '../../../engine/converge/perform/place.ts'
import { sha256 } from '../../../engine/core/hash.ts'
import type { Place } from '../../../engine/core/step.ts'
import { me } from './support/machine.ts'
import { sh } from './support/shell.ts'

let folder: string
const at = (name: string) => join(folder, name)

beforeEach(() => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), 'fettle-place-'))
  chmodSync(folder, 0o755)
})
afterEach(() => rmSync(folder, { recursive: true }))

const step = (path: string, content: string, change: Partial<Place> = {}): Place => ({
  does: 'place',
  title: `write ${path}`,
  path,
  content,
  ...me,
  mode: '0644',
  relies: null,
  effects: [],
  touches: [],
  ...change,
})

const place = (placing: Place) => sh(`${placeFunctions('abc')}\n${placeCall(placing, { original: false })}`)
const modeOf = (path: string) => (statSync(path).mode & 0o7777).toString(8).padStart(4, '0')
const temporary = '.fettle-abc~'

/** It failed with this status and these words, and left no trace. */
const expectRefused = (ran: ReturnType<typeof sh>, exit: number, words: RegExp) => {
  expect(ran).toMatchObject({ exit, stderr: expect.stringMatching(words) })
  expect(readdirSync(folder)).not.toContain(temporary)
}

describe('a file is placed', () => {
  test('with its content, owner and mode, and nothing beside it', () => {
    expect(place(step(at('a'), 'new\n', { mode: '0640' }))).toEqual({ exit: 0, stdout: '', stderr: '' })
    expect([readFileSync(at('a'), 'utf8'), modeOf(at('a')), readdirSync(folder)]).toEqual(['new\n', '0640', ['a']])
  })

  test('over the one that was planned on, as a whole', () => {
    writeFileSync(at('a'), 'old')
    const before = statSync(at('a')).ino
    expect(place(step(at('a'), 'new', { relies: sha256('old') })).exit).toBe(0)
    expect(readFileSync(at('a'), 'utf8')).toBe('new')
    expect(statSync(at('a')).ino).not.toBe(before)
  })

  test('with bits beyond the permissions', () => {
    expect(place(step(at('a'), '', { mode: '4755' })).exit).toBe(0)
    expect(modeOf(at('a'))).toBe('4755')
  })

  test.each(['with blanks', "it's", '-n', '--', 'new\nline', '$(id)', '%s', 'é漢🦊', '\\', '.hidden', '*'])(
    'under any name: %j',
    (name) => {
      const path = join(folder, name, name)
      mkdirSync(dirname(path))
      expect(place(step(path, 'x'))).toMatchObject({ exit: 0, stderr: '' })
      expect(readFileSync(path, 'utf8')).toBe('x')
    },
  )

  test('with any content, byte by byte', () => {
    const sign = fc.constantFrom(...'\'"\\\n\r\t $`!%-é漢')
    const content = fc
      .oneof(fc.string({ unit: 'binary' }), fc.string({ unit: sign }), fc.constantFrom('-n', '%s', '\n', ''))
      .map((text) => text.replaceAll('\0', ''))
    fc.assert(
      fc.property(content, (text) => {
        rmSync(at('a'), { force: true })
        expect(place(step(at('a'), text)).exit).toBe(0)
        expect(readFileSync(at('a'), 'utf8')).toBe(text)
      }),
      { numRuns: 15 },
    )
  })

  test('however long', () => {
    expect(place(step(at('a'), 'é'.repeat(150_000))).exit).toBe(0)
    expect(statSync(at('a')).size).toBe(300_000)
  })

  test('in place of a link, whose target is left alone', () => {
    writeFileSync(at('target'), 'theirs')
    symlinkSync('target', at('a'))
    expect(place(step(at('a'), 'ours', { relies: 'symlink' })).exit).toBe(0)
    expect([readFileSync(at('a'), 'utf8'), readFileSync(at('target'), 'utf8')]).toEqual(['ours', 'theirs'])
  })
})

describe('a file is not placed', () => {
  test.each<[string, () => void, string | null]>([
    ['another content', () => writeFileSync(at('a'), 'theirs'), sha256('old')],
    ['something where there was nothing', () => writeFileSync(at('a'), 'theirs'), null],
    ['nothing where there was something', () => {}, sha256('old')],
    ['a link where there was a file', () => symlinkSync('b', at('a')), sha256('')],
    ['a link to nowhere where there was nothing', () => symlinkSync('nowhere', at('a')), null],
    ['a directory where there was nothing', () => mkdirSync(at('a')), null],
    ['a file where there was a directory', () => writeFileSync(at('a'), 'theirs'), 'directory'],
  ])('where it finds %s', (_, happen, relies) => {
    happen()
    const listing = () => readdirSync(folder, { withFileTypes: true }).map((entry) => [entry.name, entry.isFile()])
    const before = listing()
    expectRefused(place(step(at('a'), 'new', { relies })), changedUnderUs, /a is not as it was planned on/)
    expect(listing()).toEqual(before)
    if (existsSync(at('a')) && statSync(at('a')).isFile()) expect(readFileSync(at('a'), 'utf8')).toBe('theirs')
  })

  test('over a directory', () => {
    mkdirSync(at('a/below'), { recursive: true })
    expectRefused(place(step(at('a'), 'new', { relies: 'directory' })), 1, /cannot overwrite directory/)
    expect(existsSync(at('a/below'))).toBe(true)
  })

  test('in a directory that is not there', () => {
    expectRefused(place(step(at('missing/a'), 'new')), 2, /missing/)
  })

  test('for an owner whom the host does not know', () => {
    expectRefused(place(step(at('a'), 'new', { owner: 'nobody-of-that-name' })), 1, /invalid user/)
    expect(readdirSync(folder)).toEqual([])
  })
})

describe('what was planted at its temporary name', () => {
  test('is not written through', () => {
    writeFileSync(at('victim'), 'precious')
    symlinkSync('victim', at(temporary))
    expect(place(step(at('a'), 'new')).exit).toBe(0)
    expect([readFileSync(at('victim'), 'utf8'), readdirSync(folder).sort()]).toEqual(['precious', ['a', 'victim']])
  })

  test('and cannot be taken away stops it', () => {
    mkdirSync(at(temporary))
    expect(place(step(at('a'), 'new')).exit).not.toBe(0)
    expect(readdirSync(folder)).toEqual([temporary])
  })

  test('in the very moment is noticed', () => {
    writeFileSync(at('victim'), 'precious')
    const planting = placeFunctions('abc').replace('set -C', `ln -s victim "$temporary"\n  set -C`)
    expect(sh(`${planting}\n${placeCall(step(at('a'), 'new'), { original: false })}`).exit).not.toBe(0)
    expect(readFileSync(at('victim'), 'utf8')).toBe('precious')
    expect([existsSync(at('a')), readlinkSync(at(temporary))]).toEqual([false, 'victim'])
  })
})
