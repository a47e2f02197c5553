import { execFileSync } from 'node:child_process'
import { mkdirSync, renameSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { planOn } from '../../../engine/converge/converge.ts'
import { lookAt } from '../../../engine/converge/look.ts'
import type { Reconnect } from '../../../engine/converge/perform/section.ts'
import { FettleError } from '../../../engine/core/error.ts'
import type { Declaration } from '../../../engine/core/resource.ts'
import { command } from '../../../engine/resources/command.ts'
import { file } from '../../../engine/resources/file.ts'
import { converge, requestOn } from './support/converge.ts'
import { claimOf } from './support/lease.ts'
import { createMachine, localTarget, type Machine, me } from './support/machine.ts'
import { quiet } from './support/quiet.ts'

let machine: Machine
const at = (name: string) => `${machine.folder}/${name}`
const write = (name: string, content: string, more: object = {}) =>
  file.present({ path: at(name), content, ...me, ...more })
const door = (content: string, more: object = {}) => write('door', content, { guard: {}, ...more })

beforeEach(() => {
  machine = createMachine()
  mkdirSync(at('state/steps'), { recursive: true })
})
afterEach(() => {
  expect(machine.open(), 'sessions that were left open').toBe(0)
  machine.remove()
})

const shut = new FettleError({ code: 'host.unreachable', message: 'the door is shut' })

/** The way in is open only where the door says so. */
const throughTheDoor: Reconnect = async () => {
  const session = await machine.connect(localTarget('web1'))
  if (machine.read('door') === 'open') return session
  await session.close()
  throw shut
}

const look = (reconnect: Reconnect) => async () => ({
  ...(await lookAt(localTarget('web1'), machine.connect)),
  reconnect,
  window: 5,
})

const run = (described: readonly Declaration[], options: object = {}) =>
  converge(machine, described, { look: look(throughTheDoor), ...options })

/** What the host would do when its time is up, or at boot. */
const takeBack = (when: 'timer' | 'boot') => {
  const script = machine.read('state/guard/revert')
  execFileSync('sh', ['-c', script, 'revert', when], { env: { PATH: `${at('bin')}:${process.env.PATH}` } })
}

const armed = () => machine.has('state/guard/armed')
const booted = () => machine.has('system/sysinit.target.wants/fettle-guard-boot.service')

describe('what could cut the way in', () => {
  test('is done last, confirmed over a new connection, and leaves nothing behind', async () => {
    machine.write('door', 'ajar')
    const { done, problem } = await run([door('open'), write('a', 'a')])
    expect(problem).toBeUndefined()
    expect(done).toEqual([`write ${at('a')}`, 'arm the guard', `write ${at('door')}`])
    expect([armed(), booted(), machine.has('state/guard')]).toEqual([false, false, false])
    expect(machine.log()).toEqual(['stop fettle-guard.timer'])
    expect(machine.has('timer')).toBe(true)
  })

  test('shares one guard', async () => {
    machine.write('door', 'open')
    const { done } = await run([write('one', '1', { guard: {} }), write('a', 'a'), write('two', '2', { guard: {} })])
    expect(done).toEqual(['a', 'guard', 'one', 'two'].map((name) => expect.stringContaining(name)))
  })

  test('and cuts it is taken back, with all that was guarded and what Fettle recorded of it', async () => {
    machine.write('door', 'open', 0o640)
    machine.service('door.service', 1)
    await run([write('a', 'a')])
    const [manifest, log] = [machine.read('state/manifest'), machine.log().length]
    const shut = [door('shut', { reloads: ['door.service'] }), write('a', 'b'), write('new', 'n', { guard: {} })]
    const { problem, done } = await run(shut)
    expect(problem).toMatchObject({ code: 'guard.reverted', detail: 'because: the door is shut' })
    expect(done).toContain('reload door.service')
    expect([machine.read('door'), machine.has('new'), machine.read('a')]).toEqual(['open', false, 'b'])
    expect(machine.log().slice(log)).toEqual([
      ...['reload-or-restart door.service', 'daemon-reload ', 'reload-or-restart door.service'],
      'stop fettle-guard.timer',
    ])
    expect(machine.manifest().owned.has(`file:${at('door')}`)).toBe(false)
    expect(machine.read('state/manifest').startsWith(manifest.trimEnd())).toBe(true)
    expect([...machine.manifest().refused.keys()]).toEqual([`file:${at('door')}`, `file:${at('new')}`])
    expect(booted()).toBe(false)
  })

  test('is not tried a second time unless a person says so, or it is another change', async () => {
    machine.write('door', 'open')
    await run([door('shut')])
    const again = await planOn(requestOn(machine, [door('shut')]))
    await again.close()
    expect(again.planning.notices).toEqual([
      `file:${at('door')} cut the way in when it was last tried: only a person may try it again`,
    ])
    expect((await run([door('shut')])).problem?.code).toBe('guard.refused')
    expect((await run([door('shut')], { approved: true })).problem?.code).toBe('guard.reverted')
    machine.write('door', 'ajar')
    expect((await run([door('open')])).problem).toBeUndefined()
    expect(machine.manifest().refused.size).toBe(0)
  })

  test.each([
    ['timer', ['reload-or-restart door.service', 'daemon-reload ', 'reload-or-restart door.service']],
    ['boot', ['reload-or-restart door.service']],
  ] as const)('is taken back by the host itself: %s', async (when, reactions) => {
    machine.write('door', 'open')
    machine.service('door.service', 1)
    const meanwhile: Reconnect = async () => {
      if (armed()) takeBack(when)
      throw shut
    }
    const described = [door('shut', { reloads: ['door.service'] })]
    const { problem } = await converge(machine, described, { look: look(meanwhile) })
    expect(problem).toMatchObject({ code: 'guard.reverted' })
    expect(machine.read('door')).toBe('open')
    expect(machine.log().filter((line) => !line.startsWith('stop'))).toEqual(reactions)
    expect(machine.manifest().refused.size).toBe(1)
    expect(booted()).toBe(false)
  })

  test('that a crash left half taken back is finished at the next boot', async () => {
    machine.write('door', 'open')
    const meanwhile: Reconnect = async () => {
      if (armed()) renameSync(at('state/guard/armed'), at('state/guard/reverting'))
      takeBack('boot')
      throw shut
    }
    const { problem } = await converge(machine, [door('shut')], { look: look(meanwhile) })
    expect([problem?.code, machine.read('door')]).toEqual(['guard.reverted', 'open'])
  })

  test('is taken back where a step in the middle fails', async () => {
    machine.write('door', 'open')
    const fails = command.run({ name: 'fail', script: 'echo no >&2; exit 3', creates: at('never'), guard: {} })
    const { problem } = await run([door('ajar'), fails])
    expect(problem).toMatchObject({ code: 'guard.reverted', detail: 'because: fail failed with exit status 3\nno' })
    expect(machine.read('door')).toBe('open')
  })

  test('undoes what files do not tell, newest first', async () => {
    machine.write('door', 'open')
    const noted = (name: string) =>
      command.run({
        name,
        script: `echo ${name} >>${at('did')}`,
        creates: at(`never-${name}`),
        guard: { undo: `echo "undo ${name} $1" >>${at('did')}` },
      })
    const { problem } = await run([noted('one'), noted('two'), door('shut')])
    expect(problem?.code).toBe('guard.reverted')
    expect(machine.read('did')).toBe('one\ntwo\nundo two now\nundo one now\n')
  })

  test('was never armed where something before it failed', async () => {
    machine.write('door', 'open')
    const fails = command.run({ name: 'fail', script: 'exit 3', creates: at('never') })
    expect((await run([fails, door('shut')])).problem?.code).toBe('step.failed')
    expect(machine.read('door')).toBe('open')
  })

  test('is not begun where the host cannot be armed', async () => {
    machine.write('door', 'open')
    machine.write('bin/systemd-run', '#!/bin/sh\nexit 1\n', 0o755)
    const { problem } = await run([write('a', 'a'), door('ajar')])
    expect(problem).toMatchObject({ code: 'step.failed', detail: expect.stringContaining('could not be armed') })
    expect([machine.read('door'), armed(), booted(), machine.read('a')]).toEqual(['open', false, false, 'a'])
  })

  test('that leaves the description is guarded as well', async () => {
    machine.write('door', 'open')
    expect((await run([door('open'), write('lock', 'l', { guard: {} })])).problem).toBeUndefined()
    const { done } = await run([door('open')])
    expect(done).toEqual(['arm the guard', `remove ${at('lock')}`])
  })

  /** A run that dies when it has done everything and comes in anew. */
  const runThatDies = async (described: readonly Declaration[]) => {
    let cut = () => {}
    const dead = new Promise<void>((resolve) => {
      cut = resolve
    })
    const dies: Reconnect = async () => {
      await machine.cut()
      cut()
      return new Promise<never>(() => {})
    }
    const host = await planOn(requestOn(machine, described, { look: look(dies) }))
    await host.take(claimOf('ada'))
    void host.perform({ approved: false, progress: quiet }).catch(() => undefined)
    await dead
    return host
  }

  test('of a run that died is taken back by the next one that comes', async () => {
    machine.write('door', 'open')
    const died = await runThatDies([door('shut')])
    expect([machine.read('door'), armed(), booted()]).toEqual(['shut', true, true])
    const next = await planOn(requestOn(machine, [door('open')]))
    const answer = await next.take(claimOf('bob'))
    await next.close()
    expect(answer).toMatchObject({ type: 'taken', over: { who: 'ada@laptop' }, reverted: true })
    expect(machine.read('door')).toBe('open')
    expect(machine.has('state/manifest'), 'something was recorded against it').toBe(false)
    await died.close()
  })

  test('of a run that died is work for the next one, although all seems to be in order', async () => {
    machine.write('door', 'ajar')
    const died = await runThatDies([door('open')])
    expect(machine.read('door')).toBe('open')
    const { announced, done, problem } = await run([door('open')])
    expect(problem).toBeUndefined()
    expect(announced).toEqual(['take back what a run that died has guarded'])
    expect(done).toEqual(['arm the guard', `write ${at('door')}`])
    expect([machine.read('door'), armed(), booted()]).toEqual(['open', false, false])
    await died.close()
  })
})
