import { existsSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { lookAt } from '../../../engine/converge/look.ts'
import { FettleError } from '../../../engine/core/error.ts'
import { file } from '../../../engine/resources/file.ts'
import { service } from '../../../engine/resources/service.ts'
import { createMachine, localTarget, type Machine, me } from '../converge/support/machine.ts'
import { broken, host, run } from './support.ts'

let machines: Machine[]
let web1: Machine
let web2: Machine

beforeEach(() => {
  machines = [createMachine(), createMachine()]
  ;[web1, web2] = machines as [Machine, Machine]
})
afterEach(() => {
  expect(
    machines.map((machine) => machine.open()),
    'sessions that were left open',
  ).toEqual([0, 0])
  for (const machine of machines) machine.remove()
})

const at = (machine: Machine, name: string) => `${machine.folder}/${name}`
const write = (machine: Machine, name: string, content: string, more: object = {}) =>
  file.present({ path: at(machine, name), content, ...me, ...more })
const web = (name: string, machine: Machine, content: string) => host(name, machine, [write(machine, 'a', content)])

describe('a run', () => {
  test('tells what it does, in order', async () => {
    web1.service('a.service', 1)
    const one = write(web1, 'a', 'a', { reloads: ['a.service'] })
    const { of, events, results, error } = await run([host('web1', web1, [one, write(web1, 'b', 'b')])])
    expect(error).toBeUndefined()
    const [a, b] = [at(web1, 'a'), at(web1, 'b')]
    expect(of('web1')).toEqual([
      ...['run.started', 'host.connecting', 'host.seen', 'host.planned', 'host.performing'],
      ...[`step.intended write ${a}`, 'step.intended reload a.service', `step.intended write ${b}`],
      ...[`step.done write ${a}`, `resource.changed file:${a}`],
      ...['step.done reload a.service', 'reaction.done reload a.service'],
      ...[`step.done write ${b}`, `resource.changed file:${b}`],
      ...['host.done changed', 'run.finished'],
    ])
    expect(results).toMatchObject([{ host: 'web1', outcome: 'changed', changed: 2, reacted: 1, owed: [] }])
    expect(events.at(0)).toEqual({
      ...{ type: 'run.started', run: 'r1', command: 'provision', site: 'shop', environment: 'lab', hosts: ['web1'] },
      by: { who: 'ada', from: 'laptop', process: { pid: 1, began: null } },
    })
    expect(events.at(-1)).toMatchObject({ type: 'run.finished', run: 'r1', results })
  })

  test('with nothing to do says so, and performs nothing', async () => {
    web1.write('a', 'a')
    const { of, outcomes, shown } = await run([web('web1', web1, 'a')])
    expect(outcomes).toEqual(['web1: unchanged'])
    expect(of('web1')).toEqual([
      'run.started',
      'host.connecting',
      'host.seen',
      'host.planned',
      'host.done unchanged',
      'run.finished',
    ])
    expect(shown).toHaveLength(1)
    expect(web1.scripts).toHaveLength(2)
  })

  test('works on so many hosts at once, and no more', async () => {
    let [now, most] = [0, 0]
    const counted = (name: string, machine: Machine) =>
      host(name, machine, [], {
        look: async () => {
          most = Math.max(most, ++now)
          const seen = await lookAt(localTarget(name), machine.connect)
          now--
          return seen
        },
      })
    const hosts = ['a', 'b', 'c', 'd', 'e', 'f'].map((name, index) => counted(name, index % 2 === 0 ? web1 : web2))
    expect((await run(hosts, 'any', { forks: 2 })).results).toHaveLength(6)
    expect(most).toBe(2)
  })
})

describe('approval', () => {
  test('is asked once, with the plans of all hosts that could be planned', async () => {
    const unreachable = broken('db1', web1, { code: 'host.unreachable', message: 'no route' })
    const { shown } = await run([web('web1', web1, 'a'), unreachable, web('web2', web2, 'a')])
    expect(shown.map((plans) => plans.map((plan) => [plan.host, plan.changes.length]))).toEqual([
      [
        ['web1', 1],
        ['web2', 1],
      ],
    ])
  })

  test('that is not given leaves all as it is', async () => {
    web2.write('a', 'a')
    const { outcomes, of } = await run([web('web1', web1, 'a'), web('web2', web2, 'a')], 'no')
    expect(outcomes).toEqual(['web1: pending', 'web2: unchanged'])
    expect(of('web1')).not.toContain('host.performing')
    expect([existsSync(at(web1, 'a')), existsSync(at(web1, 'state'))]).toEqual([false, false])
  })

  test('that fails ends the run', async () => {
    const { error, events } = await run([web('web1', web1, 'a')], () => Promise.reject(new Error('no terminal')))
    expect(error).toEqual(new Error('no terminal'))
    expect(events.map(({ type }) => type)).not.toContain('host.done')
  })

  test.each([
    ['exact', 'failed', 'spoiled'],
    ['any', 'changed', 'a'],
  ] as const)('as %s: a change that nobody announced', async (approval, outcome, content) => {
    web1.write('a', 'a')
    web1.service('s.service', null)
    web1.hook(`printf spoiled >${at(web1, 'a')}`)
    const described = [service.running({ unit: 's' }), write(web1, 'a', 'a')]
    const { results } = await run([host('web1', web1, described)], approval)
    expect([results[0]?.outcome, web1.read('a')]).toEqual([outcome, content])
  })
})

describe('one bad host', () => {
  test('does not keep the others from being done', async () => {
    const hosts = [
      broken('lost', web1, { code: 'host.unreachable', message: 'no route to host' }),
      host('failing', web1, [write(web1, 'missing/a', 'a')]),
      web('web2', web2, 'a'),
    ]
    const { outcomes, results, of } = await run(hosts)
    expect(outcomes).toEqual(['lost: unreachable', 'failing: failed', 'web2: changed'])
    expect(results.map(({ problem }) => problem && [problem.host, problem.code])).toEqual([
      ['lost', 'host.unreachable'],
      ['failing', 'step.failed'],
      undefined,
    ])
    expect(of('lost')).toEqual(['run.started', 'host.connecting', 'host.done unreachable', 'run.finished'])
    expect(web2.read('a')).toBe('a')
  })

  test('tells what it did before it failed, and what it owes', async () => {
    for (const unit of ['a.service', 'b.service']) web1.service(unit, 1)
    const reloads = ['a.service']
    const described = [
      write(web1, 'a', 'a', { reloads: [...reloads, 'b.service'] }),
      write(web1, 'missing/b', 'b', { reloads }),
    ]
    const { results, of } = await run([host('web1', web1, described)])
    expect(results).toMatchObject([{ outcome: 'failed', changed: 1, reacted: 1, owed: ['a.service'] }])
    expect(of('web1').slice(-6)).toEqual([
      `resource.changed file:${at(web1, 'a')}`,
      ...['step.done reload b.service', 'reaction.done reload b.service'],
      `step.failed write ${at(web1, 'missing/b')}`,
      'host.done failed',
      'run.finished',
    ])
  })

  test('that is no Debian is not touched', async () => {
    web1.write('os-release', 'ID=fedora\nPRETTY_NAME="Fedora Linux 42"\n')
    const { results } = await run([web('web1', web1, 'a'), web('web2', web2, 'a')])
    expect(results).toMatchObject([
      { outcome: 'failed', problem: { code: 'host.unsupported' } },
      { outcome: 'changed' },
    ])
    expect(web1.scripts).toHaveLength(1)
  })

  test('on which a bug shows ends the run, once the others are done', async () => {
    const bug = new TypeError('x is not a function')
    const resource = {
      ...write(web1, 'a', 'a').resource,
      plan: () => {
        throw bug
      },
    }
    const { error, shown } = await run([
      host('web1', web1, [{ ...write(web1, 'a', 'a'), resource }]),
      web('web2', web2, 'a'),
    ])
    expect([error, shown]).toEqual([bug, []])
  })

  test('on which a bug shows late cuts no other one short', async () => {
    const bug = new TypeError('x is not a function')
    const resource = {
      ...write(web1, 'b', 'b').resource,
      stampAfter: () => {
        throw bug
      },
    }
    const hosts = [host('web1', web1, [{ ...write(web1, 'b', 'b'), resource }]), web('web2', web2, 'a')]
    const { error, of } = await run(hosts)
    expect(error).toBe(bug)
    expect(of('web2')).toContain('host.done changed')
    expect(web2.read('a')).toBe('a')
  })
})

test('what a host has taken back is not counted', async () => {
  web1.write('door', 'open')
  const shut = new FettleError({ code: 'auth.refused', message: 'no' })
  const look = async () => ({
    ...(await lookAt(localTarget('web1'), web1.connect)),
    reconnect: () => Promise.reject(shut),
  })
  web1.service('a.service', 1)
  const described = [write(web1, 'a', 'a'), write(web1, 'door', 'shut', { guard: {}, reloads: ['a.service'] })]
  const { results } = await run([host('web1', web1, described, { look })])
  expect(results).toMatchObject([
    { outcome: 'failed', changed: 1, reacted: 0, owed: [], problem: { code: 'guard.reverted' } },
  ])
  expect([web1.read('door'), web1.read('a')]).toEqual(['open', 'a'])
})
