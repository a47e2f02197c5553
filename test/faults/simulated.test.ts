import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { lookAt } from '../../engine/converge/look.ts'
import type { Declaration } from '../../engine/core/resource.ts'
import { command } from '../../engine/resources/command.ts'
import { directory } from '../../engine/resources/directory.ts'
import { file } from '../../engine/resources/file.ts'
import { service } from '../../engine/resources/service.ts'
import { symlink } from '../../engine/resources/symlink.ts'
import { converge, type Run } from '../unit/converge/support/converge.ts'
import { createMachine, localTarget, type Machine, me } from '../unit/converge/support/machine.ts'
import { type Mortal, mortal } from './support/boundaries.ts'
import { report } from './support/report.ts'

const unit = 'app.service'

/** A step of every class: what is there before, and what it is to become. */
const described = (machine: Machine): Record<'before' | 'after', readonly Declaration[]> => {
  const at = (name: string) => `${machine.folder}/host/${name}`
  const write = (name: string, content: string, more: object = {}) =>
    file.present({ path: at(name), content, ...me, ...more })
  const run = (name: string, more: object = {}) =>
    command.run({ name, script: `echo ${name} >>${at(name)}`, creates: at(name), ...more })
  return {
    before: [
      ...[write('kept', 'kept\n'), write('config', 'one\n', { reloads: [unit] }), write('leaving', 'l\n')],
      service.running({ unit }),
    ],
    after: [
      directory.present({ path: at('folder'), ...me }),
      ...[write('folder/new', 'new\n'), write('kept', 'kept\n'), write('adopted', 'ours\n')],
      symlink.present({ path: at('link'), target: 'kept' }),
      ...[run('once'), run('apart', { detached: true })],
      write('config', 'two\n', { reloads: [unit] }),
      write('other', 'other\n', { restarts: [unit], validate: { name: 'app', script: `grep -q two ${at('config')}` } }),
      service.running({ unit }),
      ...[write('door', 'open\n', { guard: {} }), run('guarded', { guard: { undo: `rm -f ${at('guarded')}` } })],
    ],
  }
}

interface Host {
  readonly machine: Machine
  readonly life: Mortal
  provision(what: 'before' | 'after'): Promise<Run>
}

/** A host to which the description before was applied, and where things are that are not Fettle's. */
const newHost = async (): Promise<Host> => {
  const machine = createMachine()
  machine.state()
  mkdirSync(join(machine.folder, 'host'))
  machine.write('host/adopted', 'theirs\n')
  machine.write('host/door', 'ajar\n')
  machine.service(unit, null)
  const life = mortal(machine)
  const provision: Host['provision'] = (what) => {
    const connect = life.controller()
    const look = () => lookAt(localTarget('web1'), connect)
    return converge(machine, described(machine)[what], { look })
  }
  expect((await provision('before')).problem).toBeUndefined()
  life.passed()
  return { machine, life, provision }
}

/** Everything on a host that a description may change, and what Fettle says of it. Times are not compared. */
const snapshot = ({ folder, manifest, has }: Machine): Record<string, string> => {
  const found: Record<string, string> = {}
  for (const name of readdirSync(join(folder, 'host'), { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, 'host', name)
    const stat = statSync(path)
    const content = stat.isFile() ? readFileSync(path, 'utf8') : 'directory'
    found[name] = `${(stat.mode & 0o7777).toString(8)} ${content}`
  }
  for (const [key, { origin, role }] of manifest().owned) found[key.replace(folder, '')] = `${origin} by ${role}`
  for (const [name, asks] of manifest().owed) found[`owed ${name}`] = asks.asks
  found.unit = /^ActiveState=.*/m.exec(readFileSync(join(folder, 'units', unit), 'utf8'))?.[0] ?? ''
  for (const left of ['state/guard', 'system/sysinit.target.wants/fettle-guard-boot.service', 'state/steps'])
    if (has(left) && (!statSync(join(folder, left)).isDirectory() || readdirSync(join(folder, left)).length > 0))
      found[left] = 'is there'
  return found
}

/** Whether the run came so far. Nobody waits for what is left of a dead one, which may try to come in again for minutes. */
const diesAt = async (number: number, { life, machine, provision }: Host): Promise<boolean> => {
  life.dieAt(number)
  let isOver = false
  const run = provision('after')
    .catch(() => undefined)
    .finally(() => {
      isOver = true
    })
  await expect.poll(() => life.isDead() || isOver, { interval: 5, timeout: 60_000 }).toBe(true)
  const isDead = life.isDead()
  if (isDead) await machine.cut()
  else await run
  life.bury()
  return isDead
}

test('a run that dies at any boundary is completed by the next one', { timeout: 1_800_000 }, async () => {
  const twin = await newHost()
  expect((await twin.provision('after')).problem).toBeUndefined()
  const boundaries = twin.life.passed()
  const wanted = snapshot(twin.machine)
  expect(boundaries.filter((name) => name.startsWith('after job')).length).toBeGreaterThan(10)
  for (let number = 1; ; number++) {
    const about = `boundary ${number} of ${boundaries.length}: ${boundaries[number - 1]}, after ${boundaries[number - 2]}`
    const host = await newHost()
    if (!(await diesAt(number, host))) {
      // One more or less that only waits or looks may be passed each time.
      expect(number).toBeGreaterThanOrEqual(boundaries.length - 1)
      host.machine.remove()
      break
    }
    expect((await host.provision('after')).problem, about).toBeUndefined()
    expect(snapshot(host.machine), about).toEqual(wanted)
    expect((await host.provision('after')).done, about).toEqual([])
    host.machine.remove()
  }
  twin.machine.remove()
  report({
    row: 'steps',
    injected: `death of a run at each of ${boundaries.length} boundaries, on simulated hosts`,
    expected: 'the next run completes it; as the undisturbed twin',
    measured: { S: 0, seen: 'all alike' },
  })
})
