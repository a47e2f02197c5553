import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { report } from '../../faults/support/report.ts'
import { usePracticeHosts } from '../harness.ts'
import { type Running, type Site, type Told, useSite } from '../support/site.ts'
import { resultOf } from '../support/told.ts'

const lab = usePracticeHosts(['web1', 'web2'])
const both = () => [lab.host('web1'), lab.host('web2')]
const provision = ['provision', '--yes', '--json']

/** Goes no further while /run/hold is there. */
const held = {
  script: ': >/run/begun; while [ -e /run/hold ]; do sleep 0.1; done; echo one >>/srv/times; : >/srv/one',
  creates: '/srv/one',
}
const quick = (name: string) => ({ script: `: >/srv/${name}`, creates: `/srv/${name}` })
const siteYml = (commands: object) => JSON.stringify({ name: 'lease', groups: { web: { pieces: { commands } } } })

const say = (script: string) => Promise.all(both().map((host) => host.sh(script)))
const times = async () => (await say('cat /srv/times')).map(({ stdout }) => stdout)
const warnings = ({ events }: Told) => events.flatMap((event) => (event.type === 'warning' ? [event.message] : []))

let site: Site
let runs: Running[]
beforeEach(async () => {
  runs = []
  await say('rm -rf /srv/* /run/begun; : >/run/hold')
  site = await useSite({ siteYml: siteYml({ migrate: held, after: quick('after') }), hosts: { web: both() } })
})
afterEach(async () => {
  for (const run of runs) run.kill()
  await say('rm -f /run/hold')
})

/** A run in the middle of its step, on both hosts. */
const begin = async (): Promise<Running> => {
  const run = site.start(provision)
  runs.push(run)
  await expect
    .poll(async () => (await say('[ -e /run/begun ]')).map(({ exit }) => exit), { timeout: 60_000 })
    .toEqual([0, 0])
  return run
}

describe('a second operator', () => {
  test('is told who changes the hosts, and does nothing', async () => {
    const first = await begin()
    const other = await site.elsewhere()
    const told = await other.fettle('provision', '--yes')
    expect(told.exit).toBe(1)
    expect(told.stderr).toMatch(/^error\[lease\.held\] on web1: \w+@\S+ is changing this host$/m)
    expect(told.stderr).toMatch(/^ {2}\| fettle provision --yes --json, since \S+$/m)
    expect(told.stderr).toContain('wait for it with --wait')
    const locks = await other.fettle('locks')
    expect(locks.stdout).toMatch(/^web1 {2}held by \S+@\S+: fettle provision --yes --json, since /m)
    const plan = await other.fettle('plan')
    expect(plan.stdout).toMatch(/is changing this host at the moment: fettle provision/)
    await say('rm /run/hold')
    expect((await first.told).exit).toBe(0)
    expect(await times()).toEqual(['one\n', 'one\n'])
    expect((await other.fettle('locks')).stdout).toBe('web1  free\nweb2  free\n')
    report({
      row: 39,
      injected: 'a second operator while a run is under way',
      expected: 'told who; one owner',
      measured: { seen: 'lease.held with who, what and since when; the step was done once' },
    })
  })

  test('may wait, and then has nothing left to do', async () => {
    const first = await begin()
    const other = await site.elsewhere()
    let waits = () => {}
    const waiting = new Promise<void>((resolve) => {
      waits = resolve
    })
    const second = other.start([...provision, '--wait'], (event) => {
      if (event.type === 'warning' && event.message.startsWith('waiting for')) waits()
    })
    await waiting
    await say('rm /run/hold')
    expect((await first.told).exit).toBe(0)
    expect((await second.told).exit).toBe(0)
    expect(await times()).toEqual(['one\n', 'one\n'])
  })

  test('takes none of the hosts where one is held', async () => {
    const first = site.start([...provision, '-l', 'web2'])
    runs.push(first)
    await expect.poll(async () => (await lab.host('web2').sh('[ -e /run/begun ]')).exit, { timeout: 60_000 }).toBe(0)
    const told = await (await site.elsewhere()).fettle('provision', '--yes')
    expect([told.exit, told.stderr.match(/lease\.held\] on \w+/g)]).toEqual([1, ['lease.held] on web2']])
    expect((await lab.host('web1').sh('ls /run/begun /srv')).stdout).toBe('/srv:\n')
  })
})

describe('an owner', () => {
  test('who died is succeeded at once, and the run says so', async () => {
    const first = await begin()
    first.kill()
    await first.told
    await say('rm /run/hold')
    const told = await site.fettle(...provision)
    expect(told.exit).toBe(0)
    expect(warnings(told)).toEqual(
      Array(2).fill(expect.stringMatching(/^taken over from \S+'s run of fettle provision/)),
    )
    expect((await say('ls /srv')).map(({ stdout }) => stdout)).toEqual(Array(2).fill('after\none\ntimes\n'))
    report({
      row: 39,
      injected: 'the lease of an owner that was killed',
      expected: 'taken over at once',
      measured: { seen: 'taken over, and said so' },
    })
  })

  /** Is stopped in the middle of its step, which ends by itself. */
  const sleeping = async (): Promise<{ first: Running; other: Site }> => {
    const first = await begin()
    first.stop()
    await say('rm /run/hold')
    await expect.poll(async () => (await say('[ -e /srv/one ]')).map(({ exit }) => exit)).toEqual([0, 0])
    const other = await site.elsewhere()
    await other.describe(siteYml({ other: quick('other') }))
    return { first, other }
  }

  const isRefused = async (first: Running): Promise<void> => {
    first.resume()
    const told = await first.told
    expect(['web1', 'web2'].map((name) => resultOf(told, name)?.problem?.code)).toEqual(['lease.lost', 'lease.lost'])
    expect((await say('ls /srv')).map(({ stdout }) => stdout)).toEqual(Array(2).fill('one\nother\ntimes\n'))
  }

  test('who only slept is refused its next step', async () => {
    const { first, other } = await sleeping()
    const asked = await other.fettle('unlock')
    expect([asked.exit, asked.stderr]).toEqual([64, expect.stringContaining('pass --yes')])
    expect((await other.fettle('unlock', '--yes')).stdout).toBe('web1  free\nweb2  free\n')
    expect((await other.fettle(...provision)).exit).toBe(0)
    await isRefused(first)
    report({
      row: 39,
      injected: 'an owner that was stopped, lost its lease, and woke again',
      expected: 'refused',
      measured: { seen: 'lease.lost at its next step, which was not done' },
    })
  })

  test('who is silent for a minute is succeeded by whoever waits, and refused when it wakes', async () => {
    const { first, other } = await sleeping()
    const began = performance.now()
    const told = await other.fettle(...provision, '--wait')
    const seconds = (performance.now() - began) / 1000
    expect(told.exit).toBe(0)
    expect(warnings(told)).toEqual([
      expect.stringMatching(/^waiting for \S+'s run of fettle provision/),
      ...Array(2).fill(expect.stringMatching(/^taken over from \S+'s run of fettle provision/)),
    ])
    await isRefused(first)
    report({
      row: 39,
      injected: 'an owner that was stopped and is silent, and somebody who waits',
      expected: 'taken over after 60 s; the owner refused when it wakes',
      measured: { seen: `taken over after ${seconds.toFixed(0)} s; lease.lost at its next step` },
    })
  })
})
