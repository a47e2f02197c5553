import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  compactScript,
  type ManifestLine,
  manifestFact,
  recordScript,
} from '../../../engine/converge/state/manifest.ts'
import type { Session } from '../../../engine/core/ports.ts'
import { createMachine, localTarget, type Machine } from './support/machine.ts'

let machine: Machine
let session: Session

beforeEach(async () => {
  machine = createMachine()
  session = await machine.connect(localTarget('here'))
})
afterEach(async () => {
  await session.close()
  machine.remove()
})

const hostile = 'file:/etc/it\'s "$(id)" `id` %s \\n\n\\ é漢🦊'
const own = (key: string): ManifestLine => ({ own: key, site: 'shop', role: 'base', origin: 'created', version: '%d' })
const modeOf = (name: string) => (statSync(`${machine.folder}/${name}`).mode & 0o777).toString(8)
const record = async (...lines: ManifestLine[]) =>
  expect(await session.run(recordScript(lines))).toMatchObject({ exit: 0, stderr: '' })

test('the first record begins the manifest, for root alone', async () => {
  await record(own(hostile))
  expect([...machine.manifest().owned.keys()]).toEqual([hostile])
  expect(machine.read('state/manifest')).toMatch(/^\{"format":1\}\n/)
  expect([modeOf('state'), modeOf('state/former'), modeOf('state/manifest')]).toEqual(['700', '700', '600'])
})

test('later ones are added', async () => {
  await record(own('file:/a'), own('file:/b'))
  await record({ drop: 'file:/a' }, own(hostile))
  expect([...machine.manifest().owned.keys()]).toEqual(['file:/b', hostile])
})

test('a record goes on behind a torn line', async () => {
  await record(own('file:/a'))
  writeFileSync(`${machine.folder}/state/manifest`, machine.read('state/manifest').concat('{"own":"file:/to'))
  await record(own('file:/b'))
  expect([...machine.manifest().owned.keys()]).toEqual(['file:/a', 'file:/b'])
})

test('a host is asked for it, and has none at first', async () => {
  const ask = async () => {
    const { exit, stdout } = await session.run(manifestFact.script([null]))
    expect(exit).toBe(0)
    return manifestFact.parse(stdout, [null])[0]
  }
  expect((await ask())?.lines).toBe(0)
  await record(own(hostile))
  expect(await ask()).toEqual(machine.manifest())
})

test('written anew it says the same, and nothing is left aside', async () => {
  await record(own(hostile), own('file:/a'), own('file:/a'), { drop: 'file:/a' })
  const before = machine.manifest()
  expect(await session.run(compactScript(before))).toMatchObject({ exit: 0, stderr: '' })
  expect(machine.manifest()).toEqual({ ...before, lines: 2 })
  expect(readdirSync(`${machine.folder}/state`).sort()).toEqual(['former', 'manifest'])
  expect(modeOf('state/manifest')).toBe('600')
  await record(own('file:/later'))
  expect([...machine.manifest().owned.keys()]).toEqual([hostile, 'file:/later'])
})

test('what could not be recorded is a failure', async () => {
  writeFileSync(`${machine.folder}/state`, 'in the way')
  expect((await session.run(recordScript([own('file:/a')]))).exit).not.toBe(0)
  rmSync(`${machine.folder}/state`)
  await record(own('file:/a'))
})
