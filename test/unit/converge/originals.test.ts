import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { changedUnderUs, placeCall, placeFunctions, unplaceCall } from '../../../engine/converge/perform/place.ts'
import { sha256 } from '../../../engine/core/hash.ts'
import type { Place, Unplace } from '../../../engine/core/step.ts'
import { createMachine, type Machine, me } from './support/machine.ts'
import { sh } from './support/shell.ts'

let machine: Machine
const at = (name: string) => join(machine.folder, name)
const traces = () => readdirSync(machine.folder).filter((name) => name.startsWith('.fettle'))
const kept = () => readdirSync(at('state/former'))

beforeEach(() => {
  machine = createMachine()
  mkdirSync(at('state/former'), { recursive: true })
})
afterEach(() => machine.remove())

const run = (call: string, twist = '') =>
  sh(`${placeFunctions('abc')}\n${twist}\n${call}`.replaceAll('/var/lib/fettle', `${machine.folder}/state`))

const place = (name: string, content: string, relies: string | null, keep = true, twist = '') => {
  const step: Place = {
    does: 'place',
    title: '',
    path: at(name),
    content,
    ...me,
    mode: '0644',
    relies,
    effects: [],
    touches: [],
  }
  return run(placeCall(step, { original: keep }), twist).exit
}

const unplace = (name: string, relies: string, restore: boolean, keep = false) => {
  const step: Unplace = { does: 'unplace', title: '', path: at(name), relies, restore, effects: [], touches: [] }
  return run(unplaceCall(step, { original: keep })).exit
}

const modeOf = (name: string) => (statSync(at(name)).mode & 0o7777).toString(8)

describe('an original', () => {
  test('is kept when it is replaced, and given back as it was', () => {
    machine.write('a', 'theirs', 0o640)
    utimesSync(at('a'), 1e9, 1e9)
    expect(place('a', 'ours', sha256('theirs'))).toBe(0)
    expect(unplace('a', sha256('ours'), true)).toBe(0)
    expect([machine.read('a'), modeOf('a'), statSync(at('a')).mtimeMs]).toEqual(['theirs', '640', 1e12])
    expect(kept()).toEqual([])
  })

  test('is what was there first, not what Fettle made of it', () => {
    machine.write('a', 'theirs')
    place('a', 'ours', sha256('theirs'))
    place('a', 'ours, later', sha256('ours'))
    unplace('a', sha256('ours, later'), true)
    expect(machine.read('a')).toBe('theirs')
  })

  test('that is a link is given back as a link', () => {
    symlinkSync('nowhere', at('a'))
    expect(place('a', 'ours', 'symlink')).toBe(0)
    expect(place('a', 'ours, later', sha256('ours'))).toBe(0)
    expect(unplace('a', sha256('ours, later'), true)).toBe(0)
    expect([readlinkSync(at('a')), kept()]).toEqual(['nowhere', []])
  })

  test('is kept when it is taken away', () => {
    machine.write('a', 'theirs')
    expect(unplace('a', sha256('theirs'), false, true)).toBe(0)
    expect([existsSync(at('a')), kept().length]).toEqual([false, 1])
    machine.write('a', 'somebody’s')
    expect(unplace('a', sha256('somebody’s'), true)).toBe(0)
    expect(machine.read('a')).toBe('theirs')
  })

  test('is told from that of another path', () => {
    for (const name of ['a', 'b']) {
      machine.write(name, `theirs ${name}`)
      place(name, 'ours', sha256(`theirs ${name}`))
    }
    expect(kept()).toHaveLength(2)
    unplace('b', sha256('ours'), true)
    expect([machine.read('a'), machine.read('b')]).toEqual(['ours', 'theirs b'])
  })

  test('is not kept where Fettle made it', () => {
    machine.write('a', 'ours')
    expect(place('a', 'ours, later', sha256('ours'), false)).toBe(0)
    expect(kept()).toEqual([])
  })

  test('that cannot be kept is not replaced', () => {
    machine.write('a', 'theirs')
    expect(place('a', 'ours', sha256('theirs'), true, 'cp() { return 1; }')).toBe(1)
    expect([machine.read('a'), traces()]).toEqual(['theirs', []])
  })

  test('of which a crash left half a copy is kept as a whole by the next run', () => {
    machine.write('a', 'theirs')
    const crash = `cp() { for to do :; done; printf the >"$to"; exit 9; }`
    expect(place('a', 'ours', sha256('theirs'), true, crash)).toBe(9)
    expect(place('a', 'ours', sha256('theirs'))).toBe(0)
    expect(unplace('a', sha256('ours'), true)).toBe(0)
    expect([machine.read('a'), kept()]).toEqual(['theirs', []])
  })

  test('that is a directory is neither replaced nor copied', () => {
    mkdirSync(at('a'))
    expect(place('a', 'ours', 'directory')).toBe(1)
    expect([statSync(at('a')).isDirectory(), kept()]).toEqual([true, []])
  })

  test('is not given back through a link that was planted', () => {
    machine.write('a', 'theirs')
    machine.write('victim', 'precious')
    place('a', 'ours', sha256('theirs'))
    symlinkSync('victim', at('.fettle-abc~'))
    expect(unplace('a', sha256('ours'), true)).toBe(0)
    expect([machine.read('a'), machine.read('victim'), traces()]).toEqual(['theirs', 'precious', []])
  })
})

describe('a file that goes', () => {
  test('is gone where there is nothing to give back', () => {
    machine.write('a', 'ours')
    expect(unplace('a', sha256('ours'), true)).toBe(0)
    expect(existsSync(at('a'))).toBe(false)
  })

  test('is gone though an original is kept, where it is to be absent', () => {
    machine.write('a', 'theirs')
    place('a', 'ours', sha256('theirs'))
    expect(unplace('a', sha256('ours'), false)).toBe(0)
    expect([existsSync(at('a')), kept().length]).toEqual([false, 1])
  })

  test('stays where it was edited since, and so does its original', () => {
    machine.write('a', 'theirs')
    place('a', 'ours', sha256('theirs'))
    machine.write('a', 'edited')
    expect(unplace('a', sha256('ours'), true)).toBe(changedUnderUs)
    expect([machine.read('a'), kept().length]).toEqual(['edited', 1])
  })

  test('that is a link goes without what it leads to', () => {
    machine.write('target', 'precious')
    symlinkSync('target', at('a'))
    expect(unplace('a', 'symlink', false)).toBe(0)
    expect([existsSync(at('a')), readFileSync(at('target'), 'utf8')]).toEqual([false, 'precious'])
  })

  test('is never a directory', () => {
    mkdirSync(at('a'))
    expect(unplace('a', 'directory', false)).not.toBe(0)
    expect(existsSync(at('a'))).toBe(true)
  })
})
