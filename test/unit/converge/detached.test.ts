import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { planOn } from '../../../engine/converge/converge.ts'
import { lookAt } from '../../../engine/converge/look.ts'
import { isHeld } from '../../../engine/converge/state/lease.ts'
import { command } from '../../../engine/resources/command.ts'
import { converge, requestOn } from './support/converge.ts'
import { claimOf } from './support/lease.ts'
import { createMachine, localTarget, type Machine } from './support/machine.ts'
import { quiet } from './support/quiet.ts'

let machine: Machine
const at = (name: string) => `${machine.folder}/${name}`

beforeEach(() => {
  machine = createMachine()
})
afterEach(() => {
  expect(machine.open(), 'sessions that were left open').toBe(0)
  machine.remove()
})

/** Takes its time: until `go` is there. */
const patient = (more: object = {}) =>
  command.run({
    name: 'migrate',
    script: `echo begun; : >${at('begun')}; while [ ! -e ${at('go')} ]; do sleep 0.02; done; echo x >>${at('times')}; echo "it says $1"; . ${at('then')}; : >${at('made')}`,
    args: ['hello $(id)'],
    creates: at('made'),
    detached: true,
    ...more,
  })

/** Whether its owner seems to be at work. */
const heldAt = async (): Promise<boolean> => {
  const { session, lease } = await lookAt(localTarget('web1'), machine.connect)
  await session.close()
  return isHeld(lease)
}

/** A run whose controller dies while the step runs. */
const dieMeanwhile = async (more: object = {}) => {
  machine.write('then', ':')
  const host = await planOn(requestOn(machine, [patient(more)]))
  await host.take(claimOf('ada'))
  const performing = host.perform({ approved: false, progress: quiet }).catch((error) => error.code)
  await expect.poll(() => machine.has('begun')).toBe(true)
  await machine.cut()
  const code = await performing
  await host.close()
  await expect.poll(heldAt, { timeout: 5000 }).toBe(false)
  return code
}

const steps = () => (machine.has('state/steps') ? readdirSync(at('state/steps')) : [])

describe('a step that runs apart', () => {
  test('is waited for, and leaves nothing behind', async () => {
    machine.write('go', '')
    machine.write('then', ':')
    expect(await converge(machine, [patient()])).toMatchObject({ done: ['migrate'] })
    expect(machine.has('made')).toBe(true)
    expect(steps()).toEqual([])
  })

  test('tells what it said where it fails', async () => {
    machine.write('go', '')
    machine.write('then', 'echo no room >&2; exit 3')
    const { problem } = await converge(machine, [patient()])
    expect(problem).toMatchObject({ code: 'step.failed', message: 'migrate failed with exit status 3' })
    expect(problem?.detail).toBe('begun\nit says hello $(id)\nno room')
    expect(steps()).toEqual([])
  })

  test('goes on without whoever started it; the next run waits, learns how it ended, and does not do it twice', async () => {
    expect(await dieMeanwhile()).toBe('connection.lost')
    expect(machine.has('made')).toBe(false)
    const told: string[] = []
    const planning = planOn(requestOn(machine, [patient()]), (message) => told.push(message))
    await expect.poll(() => told).toEqual(['waiting for "migrate", which an earlier run left running'])
    machine.write('go', '')
    const host = await planning
    expect(host.planning.notices).toEqual(['"migrate", begun by an earlier run, ended by itself with exit status 0'])
    expect(host.planning.items.flatMap(({ plan }) => plan.steps)).toEqual([])
    await host.forgetLeft()
    await host.close()
    expect([machine.read('times'), steps()]).toEqual(['x\n', []])
  })

  test('that ended badly meanwhile is told, and done again', async () => {
    await dieMeanwhile()
    machine.write('then', 'echo no room; exit 3')
    machine.write('go', '')
    await expect.poll(() => steps().some((name) => machine.has(`state/steps/${name}/end`))).toBe(true)
    const host = await planOn(requestOn(machine, [patient()]))
    await host.close()
    expect(host.planning.notices).toEqual([
      '"migrate", begun by an earlier run, ended by itself with exit status 3; the last that it said: no room',
    ])
    machine.write('then', ':')
    expect(await converge(machine, [patient()])).toMatchObject({ done: ['migrate'] })
    expect(machine.read('times')).toBe('x\nx\n')
  })

  test('that a reboot cut short is told and done again, unless it must not be', async () => {
    for (const once of [false, true]) {
      await dieMeanwhile(once ? { once } : {})
      machine.endUnits()
      const host = await planOn(requestOn(machine, [patient(once ? { once } : {})]))
      await host.close()
      expect(host.planning.notices).toEqual([
        '"migrate", begun by an earlier run, was cut short; the last that it said: begun',
      ])
      machine.write('go', '')
      const { problem } = await converge(machine, [patient(once ? { once } : {})])
      expect(problem?.code).toBe(once ? 'step.interrupted' : undefined)
      for (const name of ['go', 'begun', 'made']) rmSync(at(name), { force: true })
    }
    expect(machine.read('times')).toBe('x\n')
  })

  test('whose run died before it began is nothing to speak of', async () => {
    machine.write('then', ':')
    machine.write('go', '')
    machine.state()
    mkdirSync(at('state/steps/0123456789abcdef'), { recursive: true })
    const host = await planOn(requestOn(machine, [patient()]))
    await host.close()
    expect(host.planning.notices).toEqual([])
    expect(await converge(machine, [patient()])).toMatchObject({ done: ['migrate'] })
    expect(steps()).toEqual([])
  })

  test('of somebody who is at work is theirs', async () => {
    machine.write('then', ':')
    const theirs = await planOn(requestOn(machine, [patient()]))
    await theirs.take(claimOf('ada'))
    const performing = theirs.perform({ approved: false, progress: quiet })
    await expect.poll(() => machine.has('begun')).toBe(true)
    const host = await planOn(requestOn(machine, [patient()]))
    expect(host.planning.notices).toEqual([
      'ada@laptop is changing this host at the moment: fettle provision, since 2026-01-01T00:00:00Z',
    ])
    expect(await host.take(claimOf('bob'))).toMatchObject({ type: 'held', holder: { who: 'ada@laptop' } })
    await host.close()
    machine.write('go', '')
    await performing
    await theirs.close()
  })
})
