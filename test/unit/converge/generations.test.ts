import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { changedUnderUs, placeCall, placeFunctions, unplaceCall } from '../../../engine/converge/perform/place.ts'
import { generationFunctions, generations, generationsOf } from '../../../engine/converge/state/generations.ts'
import { sha256 } from '../../../engine/core/hash.ts'
import type { Place, Unplace } from '../../../engine/core/step.ts'
import { createMachine, type Machine, me } from './support/machine.ts'
import { sh } from './support/shell.ts'

let machine: Machine
const at = (name: string) => join(machine.folder, name)
const here = (script: string) => script.replaceAll('/var/lib/fettle', at('state'))
const common = { title: '', effects: [], touches: [] }

beforeEach(() => {
  machine = createMachine()
})
afterEach(() => machine.remove())

const run = (call: string, twist = '') => sh(here(`${placeFunctions('abc')}\n${twist}\n${call}`))

const keeping = (name: string, was: string) => ({
  original: false,
  replacement: { path: at(name), key: `file:${at(name)}`, role: 'app', run: 'r1', was },
})

const place = (name: string, content: string, was: string, twist = '') => {
  const step: Place = { does: 'place', path: at(name), content, ...me, mode: '0644', relies: was, ...common }
  return run(placeCall(step, keeping(name, was)), twist)
}

const remove = (name: string, was: string) => {
  const step: Unplace = { does: 'unplace', path: at(name), relies: was, restore: false, ...common }
  return run(unplaceCall(step, keeping(name, was)))
}

const regain = (name: string, was: string, number: number, sum: string) => {
  const generation = { number, sum }
  const step: Unplace = { does: 'unplace', path: at(name), relies: was, restore: true, generation, ...common }
  return run(unplaceCall(step, keeping(name, was)))
}

const found = () => generations.parse(sh(here(generations.script([null]))).stdout, [null])[0] ?? []
const folderOf = (name: string) => here(generationsOf(at(name)))

describe('what was there before', () => {
  test('is kept with owner, mode and time, by a link and not by a copy, and told newest first', () => {
    machine.write('a', 'one', 0o640)
    utimesSync(at('a'), 1e9, 1e9)
    const { ino } = statSync(at('a'))
    expect(place('a', 'two', sha256('one'))).toEqual({ exit: 0, stdout: '', stderr: '' })
    expect(place('a', 'three', sha256('two')).exit).toBe(0)
    expect(found()).toMatchObject([
      { number: 2, path: at('a'), key: `file:${at('a')}`, role: 'app', run: 'r1', was: sha256('two') },
      { number: 1, was: sha256('one'), kept: { type: 'file', size: 3, owner: me.owner, mode: '0640' } },
    ])
    expect(statSync(join(folderOf('a'), '1')).ino).toBe(ino)
    expect(readFileSync(join(folderOf('a'), '1'), 'utf8')).toBe('one')
    expect(Math.abs((found()[0]?.at ?? 0) - Date.now() / 1000)).toBeLessThan(60)
  })

  test('is nobody else’s to read', () => {
    machine.write('a', 'one')
    place('a', 'two', sha256('one'))
    const modes = ['state', 'state/generations', folderOf('a').slice(machine.folder.length + 1)].map(
      (name) => statSync(at(name)).mode & 0o077,
    )
    expect(modes).toEqual([0, 0, 0])
    expect(statSync(join(folderOf('a'), '1.json')).mode & 0o077).toBe(0)
  })

  test('may be a link, or what is removed', () => {
    symlinkSync('nowhere', at('a'))
    machine.write('b', 'one')
    expect(place('a', 'two', 'symlink').exit).toBe(0)
    expect(remove('b', sha256('one')).exit).toBe(0)
    expect(found()).toMatchObject([
      { path: at('b'), was: sha256('one') },
      { path: at('a'), kept: { type: 'symlink' } },
    ])
    expect(regain('a', sha256('two'), 1, 'symlink').exit).toBe(0)
    expect(regain('b', '-', 1, sha256('one')).exit).toBe(0)
    expect([statSync(at('b')).isFile(), existsSync(at('a')), machine.read('b')]).toEqual([true, false, 'one'])
  })

  test('is copied where a link cannot be made', () => {
    machine.write('a', 'one', 0o600)
    expect(place('a', 'two', sha256('one'), 'ln() { return 1; }').exit).toBe(0)
    expect(found()).toMatchObject([{ number: 1, kept: { size: 3, mode: '0600' } }])
  })

  test('is not replaced where it cannot be kept', () => {
    machine.write('a', 'one')
    mkdirSync(at('state'))
    writeFileSync(at('state/generations'), 'in the way')
    const { exit, stderr } = place('a', 'two', sha256('one'))
    expect({ exit, stderr, content: machine.read('a') }).toEqual({
      exit: 1,
      stderr: expect.stringContaining(`what ${at('a')} was could not be kept`),
      content: 'one',
    })
    expect(readdirSync(machine.folder).filter((name) => name.startsWith('.fettle'))).toEqual([])
  })

  test('is kept ten times at most, the newest ones', () => {
    machine.write('a', '0')
    for (let each = 1; each <= 13; each++) expect(place('a', `${each}`, sha256(`${each - 1}`)).exit).toBe(0)
    expect(found().map(({ number }) => number)).toEqual([13, 12, 11, 10, 9, 8, 7, 6, 5, 4])
    expect(readdirSync(folderOf('a'))).toHaveLength(20)
  })

  test('is kept for as many bytes as there is room, the newest ones', () => {
    for (const name of ['a', 'b', 'c']) {
      machine.write(name, name.repeat(100_000))
      place(name, '', sha256(name.repeat(100_000)))
      utimesSync(join(folderOf(name), '1.json'), 1e9 + name.charCodeAt(0), 1e9 + name.charCodeAt(0))
    }
    const tidy = (bytes: number) =>
      sh(here(`${generationFunctions}\ntidy_generations /var/lib/fettle/generations ${bytes}`))
    expect(tidy(1e9)).toEqual({ exit: 0, stdout: '', stderr: '' })
    expect(found()).toHaveLength(3)
    expect(tidy(150_000)).toEqual({ exit: 0, stdout: '', stderr: '' })
    expect(found().map(({ path }) => path)).toEqual([at('c')])
  })
})

describe('a generation is given back', () => {
  beforeEach(() => {
    machine.write('a', 'one', 0o640)
    utimesSync(at('a'), 1e9, 1e9)
    place('a', 'two', sha256('one'))
  })

  test('as it was, and what it replaces is kept in turn', () => {
    expect(regain('a', sha256('two'), 1, sha256('one'))).toEqual({ exit: 0, stdout: '', stderr: '' })
    const { mode, mtimeMs } = statSync(at('a'))
    expect([machine.read('a'), mode & 0o777, mtimeMs]).toEqual(['one', 0o640, 1e12])
    expect(found().map(({ number, was }) => [number, was])).toEqual([
      [2, sha256('two')],
      [1, sha256('one')],
    ])
    writeFileSync(at('a'), 'edited in place')
    expect(readFileSync(join(folderOf('a'), '1'), 'utf8')).toBe('one')
  })

  test('but not over what has changed meanwhile', () => {
    machine.write('a', 'somebody’s')
    expect(regain('a', sha256('two'), 1, sha256('one')).exit).toBe(changedUnderUs)
    expect(machine.read('a')).toBe('somebody’s')
  })

  test('but not where somebody wrote into it through another name', () => {
    machine.write('b', 'one')
    linkSync(at('b'), at('twin'))
    place('b', 'two', sha256('one'))
    writeFileSync(at('twin'), 'forged')
    const { exit, stderr } = regain('b', sha256('two'), 1, sha256('one'))
    expect({ exit, stderr, content: machine.read('b') }).toEqual({
      exit: 1,
      stderr: expect.stringContaining('is not what it was when it was kept'),
      content: 'two',
    })
  })
})
