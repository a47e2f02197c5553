import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { lookAt } from '../../../../engine/converge/look.ts'
import { FettleError, type Problem } from '../../../../engine/core/error.ts'
import type { Event } from '../../../../engine/core/event.ts'
import type { HostView, SiteView } from '../../../../engine/core/host.ts'
import type { PatchPlan } from '../../../../engine/core/patch.ts'
import { patch } from '../../../../engine/rollout/patch/patch.ts'
import type { Patching } from '../../../../engine/rollout/patch/patching.ts'
import { enterSite, leaveSite } from '../../../../engine/rollout/patch/site.ts'
import { createMachine, localTarget, type Machine } from '../../converge/support/machine.ts'
import { siteView } from '../../converge/support/site.ts'

/** In the inventory's order. */
const names = ['log1', 'web1', 'web2', 'lb1'] as const
type Name = (typeof names)[number]

let machines: Record<Name, Machine>
let unreachable: Problem | null

/** Says and does what the test has written into files. */
const aptGet = (folder: string): string => `#!/bin/sh
cd ${folder}
case " $* " in
  *" -s "*) cat pending 2>/dev/null || : ;;
  *" update "*) echo update >>apt ;;
  *) echo "$*" | sed 's/.* install/install/' >>apt; [ ! -e broken ] || { echo 'E: it is broken' >&2; exit 100; }
    rm -f pending; [ ! -e breaks ] || mv breaks failed ;;
esac
`

const newMachine = (): Machine => {
  const machine = createMachine()
  machine.state()
  machine.write('bin/apt-get', aptGet(machine.folder), 0o755)
  machine.write('bin/dpkg', '#!/bin/sh\n', 0o755)
  machine.write(
    'bin/apt-mark',
    `#!/bin/sh\n[ "$1" = auto ] && echo "$*" >>${machine.folder}/apt\n[ "$1" = auto ] || echo nothing-real\n`,
    0o755,
  )
  machine.write('pending', 'Inst nothing-real [1] (2 Debian:12/stable [amd64])\n')
  machine.hook(`[ "$1" != list-units ] || cat ${machine.folder}/failed 2>/dev/null || :`)
  return machine
}

beforeEach(() => {
  machines = { log1: newMachine(), web1: newMachine(), web2: newMachine(), lb1: newMachine() }
  unreachable = null
})
afterEach(() => {
  const all = Object.values(machines)
  expect(all.map((machine) => machine.open())).toEqual([0, 0, 0, 0])
  for (const machine of all) machine.remove()
})

const view: SiteView = {
  ...siteView,
  hosts: () => names.map((name): HostView => ({ name, address: name, groups: [], variables: {} })),
  pools: (name) => (name === 'lb1' ? [{ backend: 'shop', servers: ['web1', 'web2'].map(server) }] : []),
}
const server = (host: string) => ({ name: host, host, address: host, port: 3000 })

interface Told {
  readonly outcomes: readonly string[]
  readonly problem: Problem | undefined
  readonly waves: readonly (readonly string[])[]
  readonly plans: readonly PatchPlan[]
  readonly refused: readonly Problem[]
  /** Titles of the steps of a host. */
  of(name: Name): readonly string[]
}

const run = async (change: Partial<Patching> = {}, chosen: readonly Name[] = names): Promise<Told> => {
  const events: Event[] = []
  const look = (name: string) => {
    if (unreachable?.host === name) throw new FettleError(unreachable)
    return lookAt(localTarget(name), machines[name as Name].connect)
  }
  const site = await enterSite({
    view,
    chosen: new Set(chosen),
    look: async (name) => look(name),
    emit: (event) => void events.push(event),
  })
  let plans: readonly PatchPlan[] = []
  let refused: readonly Problem[] = []
  const approve: Patching['approve'] = async (...shown) => {
    ;[plans, refused] = shown
    return refused.length === 0
  }
  const claim = { owner: 'r1', who: 'ada@laptop', command: 'patch', since: '2026-01-01T00:00:00Z' }
  const results = await patch({
    site,
    claim,
    wait: false,
    extent: 'all',
    reboot: 'auto',
    soak: 0,
    signal: new AbortController().signal,
    approve,
    ...change,
  }).finally(() => leaveSite(site))
  return {
    ...{ plans, refused },
    outcomes: results.map(({ host, outcome }) => `${host}: ${outcome}`),
    problem: results.flatMap(({ problem }) => problem ?? [])[0],
    waves: events.flatMap((event) => (event.type === 'wave.started' ? [event.hosts] : [])),
    of: (name) => events.flatMap((event) => (event.type === 'step.done' && event.host === name ? [event.title] : [])),
  }
}

const aptOf = (name: Name): readonly string[] =>
  machines[name].has('apt') ? machines[name].read('apt').trim().split('\n') : []
const isBegun = (name: Name): boolean => machines[name].has('state/patching')

test('tier by tier, one host of each app first', { timeout: 60_000 }, async () => {
  const told = await run()
  expect(told.waves).toEqual([['lb1'], ['web1'], ['web2'], ['log1']])
  expect(told.outcomes).toEqual(names.map((name) => `${name}: changed`).sort((one, other) => order(one) - order(other)))
  expect(told.of('log1')).toEqual(['fetch the lists of packages', 'upgrade nothing-real', 'wait until it is well'])
  expect(aptOf('log1')).toEqual(['update', 'install -- nothing-real=2', 'auto -- nothing-real'])
  expect(names.filter(isBegun)).toEqual([])
})

const order = (text: string): number => ['lb1', 'web1', 'web2', 'log1'].findIndex((name) => text.startsWith(name))

test('what has nothing to patch is left alone', async () => {
  for (const name of ['lb1', 'web1', 'log1'] as const) machines[name].write('pending', '')
  const told = await run()
  expect(told.waves).toEqual([['web2']])
  expect(told.outcomes).toEqual(['lb1: unchanged', 'web1: unchanged', 'web2: changed', 'log1: unchanged'])
})

test('what is not wanted is not done', async () => {
  const told = await run({ approve: async () => false })
  expect(told.outcomes).toEqual(['lb1: pending', 'web1: pending', 'web2: pending', 'log1: pending'])
  expect(aptOf('lb1')).toEqual(['update'])
})

test('with somebody who lets nobody in, that is said before anything is done', async () => {
  unreachable = { code: 'host.unreachable', host: 'web2', message: 'it is off' }
  const told = await run()
  expect(told.refused).toEqual([unreachable])
  expect(told.plans.map(({ host }) => host)).toEqual(['lb1', 'web1', 'log1'])
  expect(told.outcomes).toEqual(['lb1: pending', 'web1: pending', 'log1: pending', 'web2: unreachable'])
})

describe('a host that does not come back well', () => {
  test('ends it, and says what to do; the next run goes on with it', { timeout: 60_000 }, async () => {
    machines.web1.write('broken', '')
    const told = await run()
    expect(told.outcomes).toEqual(['lb1: changed', 'web1: failed', 'web2: pending', 'log1: pending'])
    expect(told.problem).toMatchObject({
      code: 'step.failed',
      host: 'web1',
      detail: expect.stringContaining('it is broken'),
    })
    expect(told.problem?.hint).toContain('fettle patch goes on')
    expect(names.filter(isBegun)).toEqual(['web1'])
    machines.web1.write('bin/apt-get', aptGet(machines.web1.folder).replace('[ ! -e broken ]', ':'), 0o755)
    const next = await run()
    expect(next.outcomes).toEqual(['lb1: unchanged', 'web1: changed', 'web2: changed', 'log1: changed'])
    expect(isBegun('web1')).toBe(false)
  })

  test('is begun, whatever apt has left to do', async () => {
    machines.web1.write('state/patching', 'failed old.service\nout 3000\n')
    machines.web1.write('failed', 'old.service loaded failed failed old\n')
    for (const name of names) machines[name].write('pending', '')
    const told = await run()
    expect(told.plans.map(({ begun, pending }) => begun && pending)).toEqual([false, true, false, false])
    expect(told.outcomes).toContain('web1: changed')
    expect(isBegun('web1')).toBe(false)
  })

  test('is one on which a unit fails while it is watched', async () => {
    machines.log1.hook(`[ "$1" != list-units ] || {
      echo >>${machines.log1.folder}/looks; [ "$(wc -l <${machines.log1.folder}/looks)" -lt 6 ] || echo cron.service; }`)
    const told = await run({ soak: 5 }, ['log1'])
    expect(told.outcomes).toEqual(['log1: failed'])
    expect(told.problem).toMatchObject({
      code: 'instance.unhealthy',
      detail: 'cron.service has failed\nthe journal of cron.service',
    })
  })
})
