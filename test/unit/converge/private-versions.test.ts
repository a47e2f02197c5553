import { createHash } from 'node:crypto'
import { chmodSync, statSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { planOn } from '../../../engine/converge/converge.ts'
import { hostPlan } from '../../../engine/converge/plan/host-plan.ts'
import { secretOf } from '../../../engine/core/secret.ts'
import { file } from '../../../engine/resources/file.ts'
import { service } from '../../../engine/resources/service.ts'
import { converge, requestOn } from './support/converge.ts'
import { createMachine, type Machine, me } from './support/machine.ts'

let machine: Machine

beforeEach(() => {
  machine = createMachine()
  machine.service('app.service', 10)
})
afterEach(() => machine.remove())

const password = 'hunter22'
const sumOf = (text: string) => createHash('sha256').update(text).digest('hex')
const path = () => `${machine.folder}/app.conf`
const described = (content = secretOf(password)) => [
  file.present({ path: path(), content, ...me, reloads: ['app.service'] }),
  service.running({ unit: 'app.service' }),
]

test('the record of secret content cannot be guessed from', async () => {
  await converge(machine, described())
  expect(machine.read('app.conf')).toBe(password)
  const manifest = machine.read('state/manifest')
  expect(manifest).not.toContain(sumOf(password))
  expect(manifest.match(/"version":"keyed:[0-9a-f]{64}"/g)?.length).toBeGreaterThanOrEqual(2)
  const key = machine.read('state/key')
  expect(key).toMatch(/^\{"key":"[0-9a-f]{64}"\}\n$/)
  expect(statSync(`${machine.folder}/state/key`).mode & 0o777).toBe(0o600)
  expect(manifest).not.toContain(JSON.parse(key).key)
})

test('another host writes down another version of the same', async () => {
  const versions = async () => {
    await converge(machine, described())
    const { version } = machine.manifest().owned.get(`file:${path()}`) ?? {}
    machine.remove()
    machine = createMachine()
    return version
  }
  expect(await versions()).not.toBe(await versions())
})

test('a second run has nothing to do, and asks no more than one without secrets', async () => {
  await converge(machine, described())
  const before = machine.scripts.length
  const host = await planOn(requestOn(machine, described()))
  await host.close()
  expect([host.planning.items.flatMap(({ plan }) => plan.steps), host.planning.reactions]).toEqual([[], []])
  expect(machine.scripts.length - before).toBe(2)
})

test('another secret is a change, and asks for a reload', async () => {
  await converge(machine, described())
  const { done } = await converge(machine, described(secretOf('correct horse')))
  expect(done).toEqual([`write ${path()}`, 'reload app.service'])
})

test('a host where nothing is private has no key', async () => {
  await converge(machine, [file.present({ path: path(), content: 'public', ...me })])
  expect([machine.has('state/manifest'), machine.has('state/key')]).toEqual([true, false])
})

test('what was private is not shown once everybody may read it', async () => {
  await converge(machine, described())
  chmodSync(path(), 0o644)
  const host = await planOn(requestOn(machine, [file.present({ path: path(), content: 'public', ...me })]))
  await host.close()
  const [change] = hostPlan('web1', host.planning).changes
  expect(change?.key).toBe(`file:${path()}`)
  expect(JSON.stringify(change)).not.toContain(password)
})
