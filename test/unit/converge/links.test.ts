import { mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { changedUnderUs, linkCall, placeFunctions, unplaceCall } from '../../../engine/converge/perform/place.ts'
import { validationScript } from '../../../engine/converge/perform/validation.ts'
import { sha256 } from '../../../engine/core/hash.ts'
import type { Link, Unplace } from '../../../engine/core/step.ts'
import { createMachine, isRoot, type Machine } from './support/machine.ts'
import { sh, shInNamespace } from './support/shell.ts'

let machine: Machine
const at = (name: string) => join(machine.folder, name)
const traces = () => readdirSync(machine.folder).filter((name) => name.startsWith('.fettle'))
const common = { title: '', effects: [], touches: [] } as const

beforeEach(() => {
  machine = createMachine()
  mkdirSync(at('state/former'), { recursive: true })
})
afterEach(() => machine.remove())

const run = (call: string) =>
  sh(`${placeFunctions('abc')}\n${call}`.replaceAll('/var/lib/fettle', `${machine.folder}/state`))

const link = (target: string, relies: string | null, keep = false) =>
  run(linkCall({ does: 'link', path: at('link'), target, relies, ...common } satisfies Link, { original: keep })).exit

const giveBack = (): number | null => {
  const step: Unplace = { does: 'unplace', path: at('link'), relies: 'symlink', restore: true, ...common }
  return run(unplaceCall(step, { original: false })).exit
}

test.each(['/srv/v2', '../v2', '-n', "it's $(id) {{7*7}}", ' '])('a link leads where it was told: %j', (target) => {
  expect(link(target, null)).toBe(0)
  expect(readlinkSync(at('link'))).toBe(target)
  expect(traces()).toEqual([])
})

test('a link takes the place of another, which is given back', () => {
  symlinkSync('/srv/theirs', at('link'))
  expect(link('/srv/v1', 'symlink', true)).toBe(0)
  expect(link('/srv/v2', 'symlink', true)).toBe(0)
  expect(readlinkSync(at('link'))).toBe('/srv/v2')
  expect(giveBack()).toBe(0)
  expect(readlinkSync(at('link'))).toBe('/srv/theirs')
})

test('a link takes the place of another, and is never put into what that leads to', () => {
  mkdirSync(at('v1'))
  expect([link('v1', null), link('v2', 'symlink')]).toEqual([0, 0])
  expect([readlinkSync(at('link')), readdirSync(at('v1'))]).toEqual(['v2', []])
})

test('a link takes the place of a file, which is given back', () => {
  machine.write('link', 'theirs')
  expect(link('/srv/v1', sha256('theirs'), true)).toBe(0)
  expect(readlinkSync(at('link'))).toBe('/srv/v1')
  expect(giveBack()).toBe(0)
  expect(readFileSync(at('link'), 'utf8')).toBe('theirs')
})

test('a link does not take the place of what was not planned on, nor of a directory', () => {
  machine.write('link', 'theirs')
  expect(link('/srv/v1', null)).toBe(changedUnderUs)
  expect(link('/srv/v1', sha256('other'))).toBe(changedUnderUs)
  expect(machine.read('link')).toBe('theirs')
  sh(`rm ${at('link')} && mkdir ${at('link')}`)
  expect(link('/srv/v1', 'directory')).toBe(1)
  expect([readdirSync(at('link')), traces()]).toEqual([[], []])
})

test.skipIf(!isRoot)('a link is part of what is judged (needs root)', () => {
  const steps: Link[] = [
    { does: 'link', path: '/mnt/enabled/app', target: '../available/app', relies: null, ...common },
  ]
  const judge = validationScript({ name: 'app', script: 'cat /mnt/enabled/app' }, steps, 'ready')
  const { stdout } = shInNamespace(`mkdir -p /mnt/available; echo on >/mnt/available/app\n(${judge}\n)\nls /mnt`)
  expect(stdout).toBe('on\navailable\n')
})
