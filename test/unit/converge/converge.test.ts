import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { planOn } from '../../../engine/converge/converge.ts'
import { lookAt } from '../../../engine/converge/look.ts'
import type { Declaration } from '../../../engine/core/resource.ts'
import { command } from '../../../engine/resources/command.ts'
import { directory } from '../../../engine/resources/directory.ts'
import { file } from '../../../engine/resources/file.ts'
import { service } from '../../../engine/resources/service.ts'
import { converge, requestOn } from './support/converge.ts'
import { claimOf } from './support/lease.ts'
import { createMachine, localTarget, type Machine, me } from './support/machine.ts'
import { quiet } from './support/quiet.ts'

let machine: Machine
const at = (name: string) => `${machine.folder}/${name}`
const write = (name: string, content: string) => file.present({ path: at(name), content, ...me })
const plan = (described: readonly Declaration[]) => planOn(requestOn(machine, described))

beforeEach(() => {
  machine = createMachine()
})
afterEach(() => {
  expect(machine.open(), 'sessions that were left open').toBe(0)
  machine.remove()
})

describe('planning a host', () => {
  test('takes two round trips and changes nothing', async () => {
    machine.service('a.service', null)
    const host = await plan([
      directory.present({ path: at('d'), ...me }),
      write('d/a', 'a'),
      service.running({ unit: 'a' }),
    ])
    await host.close()
    expect(host.planning.items.map(({ plan }) => plan.steps.length)).toEqual([1, 1, 1])
    expect([machine.scripts.length, machine.log()]).toEqual([2, []])
    expect(host.facts.os.id).toBe('debian')
  })

  test.each([
    ['ID=debian\n', undefined],
    ['ID=ubuntu\n', undefined],
    [
      'ID=fedora\nPRETTY_NAME="Fedora Linux 42"\n',
      'this host runs Fedora Linux 42; Fettle looks after Debian and Ubuntu',
    ],
    ['ID=alpine\n', 'this host runs alpine; Fettle looks after Debian and Ubuntu'],
    ['', 'this host runs an unknown system; Fettle looks after Debian and Ubuntu'],
  ])('on %j', async (release, refusal) => {
    machine.write('os-release', release)
    const problem = await plan([])
      .then((host) => host.close())
      .catch((error) => error.problems[0])
    expect([problem?.code, problem?.message]).toEqual(refusal ? ['host.unsupported', refusal] : [undefined, undefined])
  })

  test('ends where its state was written by another Fettle', async () => {
    await converge(machine, [write('a', 'a')])
    machine.write('state/manifest', '{"format":2}\n')
    await expect(plan([])).rejects.toMatchObject({ code: 'manifest.format' })
  })

  test('ends, and the connection with it, where a role throws', async () => {
    const request = requestOn(machine, [])
    const roles = request.roles.map(({ role, settings }) => ({
      settings,
      role: {
        ...role,
        resources: () => {
          throw new Error('no')
        },
      },
    }))
    await expect(planOn({ ...request, roles })).rejects.toMatchObject({ code: 'role.failed' })
  })

  test('ends where it is told to', async () => {
    const end = new AbortController()
    const look = async () => {
      const seen = await lookAt(localTarget('web1'), machine.connect, end.signal)
      end.abort()
      return seen
    }
    await expect(planOn(requestOn(machine, [write('a', 'a')], { look }))).rejects.toMatchObject({ code: 'cancelled' })
  })
})

describe('what is looked at again', () => {
  const lookedAt = async (...changes: Declaration[]) => {
    await converge(machine, [write('a', 'a'), ...changes])
    // The last of all gives the host back.
    const last = machine.scripts.at(-2) ?? ''
    return ['a', 'b', 'manifest'].filter((name) => last.includes(`/${name}`))
  }

  test('is what files touched, and what any change may touch', async () => {
    machine.write('a', 'a')
    expect(await lookedAt(write('b', 'b'))).toEqual(['b', 'manifest'])
  })

  test('is everything where a script ran', async () => {
    machine.write('a', 'a')
    const touch = command.run({ name: 'touch', script: `touch ${at('c')}`, creates: at('c') })
    expect(await lookedAt(write('b', 'b'), touch)).toEqual(['a', 'b', 'manifest'])
  })
})

describe('a plan that somebody read for a while', () => {
  /** What it came to, where a file changed and so many seconds went by between plan and deed. */
  const performAfter = async (seconds: number, edited: string) => {
    machine.write('a', 'a')
    const host = await plan([write('a', 'a'), write('b', 'b')])
    machine.write(edited, 'edited')
    await host.take(claimOf('ada'))
    const clock = vi.spyOn(performance, 'now')
    const now = performance.now()
    clock.mockImplementation(() => now + seconds * 1000)
    const problem = await host.perform({ approved: true, progress: quiet }).catch((error) => error.problems[0].code)
    clock.mockRestore()
    await host.close()
    return { problem, edited: machine.read(edited) }
  }

  test('is held against the host once more', async () => {
    expect(await performAfter(10, 'a')).toEqual({ problem: 'plan.changed', edited: 'edited' })
  })

  test('is done at once where it was just made, and nothing is written over that it had not seen', async () => {
    expect(await performAfter(0, 'b')).toEqual({ problem: 'changed.under', edited: 'edited' })
    expect(await performAfter(0, 'a')).toEqual({ problem: undefined, edited: 'edited' })
  })
})

test('a manifest that outgrew what it says is written anew', async () => {
  await converge(machine, [write('a', 'a')])
  machine.write('state/manifest', machine.read('state/manifest').repeat(200), 0o600)
  await converge(machine, [write('a', 'other')])
  const { lines, owned } = machine.manifest()
  expect([lines, [...owned.keys()]]).toEqual([2, [`file:${at('a')}`]])
})
