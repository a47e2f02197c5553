import { beforeEach, describe, expect, test } from 'vitest'
import { cut, heal, reboot } from '../../../engine/lab/index.ts'
import { report } from '../../faults/support/report.ts'
import { usePracticeHosts } from '../harness.ts'
import { type Site, useSite } from '../support/site.ts'
import { deedsOf, nothing, planOf, resultOf } from '../support/told.ts'

const lab = usePracticeHosts(['web1'])
const host = () => lab.host('web1')
const provision = ['provision', '--yes', '--json']
const sh = async (script: string) => (await host().sh(script)).stdout

/** Takes its time: until /run/go is there. */
const migrate = {
  script: 'echo begun >>/srv/times; echo working; while [ ! -e /run/go ]; do sleep 0.1; done; : >/srv/migrated',
  creates: '/srv/migrated',
  detached: true,
}

const siteWith = (pieces: object): Promise<Site> =>
  useSite({
    siteYml: JSON.stringify({ name: 'detached', groups: { web: { pieces } } }),
    hosts: { web: [host()] },
  })

/** Waits until it happens on the host. */
const until = (condition: string) =>
  expect.poll(async () => (await host().sh(condition)).exit, { timeout: 60_000, interval: 100 }).toBe(0)

const begun = () => until('grep -q begun /srv/times')
const left = () => sh("ls /var/lib/fettle/steps; systemctl list-units --no-legend --plain 'fettle-step-*' | cat")

beforeEach(() => sh('rm -rf /srv/* /run/go /var/lib/fettle'))

describe('a step that takes long', () => {
  test('ends by itself when the controller is killed, and is not done twice', async () => {
    const site = await siteWith({ commands: { migrate } })
    const first = site.start(provision)
    await begun()
    first.kill()
    await first.told
    await until('[ -n "$(systemctl list-units --no-legend "fettle-step-*")" ]')
    const second = site.start(provision)
    await until('sleep 4; touch /run/go')
    const told = await second.told
    expect(deedsOf(told, 'web1')).toEqual(nothing)
    expect(planOf(told, 'web1').notices).toEqual([
      '"migrate", begun by an earlier run, ended by itself with exit status 0',
    ])
    expect(await sh('cat /srv/times')).toBe('begun\n')
    expect(await left()).toBe('')
  })

  test('ends by itself when the network is cut', { timeout: 240_000 }, async () => {
    const site = await siteWith({ commands: { migrate } })
    const first = site.start(provision)
    await begun()
    await cut('web1', 'controller', lab.options)
    const told = await first.told
    expect(resultOf(told, 'web1')?.problem?.code).toBe('connection.lost')
    await heal(lab.options)
    await sh('touch /run/go')
    await until('[ -e /srv/migrated ]')
    expect(deedsOf(await site.fettle(...provision), 'web1')).toEqual(nothing)
    expect(await sh('cat /srv/times')).toBe('begun\n')
    expect(await left()).toBe('')
    report({
      row: 3,
      injected: 'every packet between controller and host dropped in the middle of a detached step',
      expected: 'the step ends by itself; the next run reads how',
      measured: { S: 0, seen: 'done once' },
    })
  })

  test('that a reboot cut short is told, and done again', async () => {
    const site = await siteWith({ commands: { migrate } })
    const first = site.start(provision)
    await begun()
    await reboot('web1', lab.options)
    expect(resultOf(await first.told, 'web1')?.problem?.code).toBe('connection.lost')
    await sh('touch /run/go')
    const told = await site.fettle(...provision)
    expect(planOf(told, 'web1').notices).toEqual([
      expect.stringContaining('"migrate", begun by an earlier run, was cut'),
    ])
    expect(told.exit).toBe(0)
    expect(await sh('cat /srv/times')).toBe('begun\nbegun\n')
  })

  test('that must not be done twice waits for a person then', async () => {
    const site = await siteWith({ commands: { migrate: { ...migrate, once: true } } })
    const first = site.start(provision)
    await begun()
    await reboot('web1', lab.options)
    await first.told
    await sh('touch /run/go')
    const problem = resultOf(await site.fettle(...provision), 'web1')?.problem
    expect(problem).toMatchObject({ code: 'step.interrupted', detail: 'the last that it said: working' })
    expect(await sh('cat /srv/times')).toBe('begun\n')
    await sh(problem?.hint?.split('forget it: ')[1] ?? 'false')
    expect((await site.fettle(...provision)).exit).toBe(0)
    expect(await sh('cat /srv/times')).toBe('begun\nbegun\n')
  })
})

test('an installation goes on without the controller, in one piece', async () => {
  const site = await siteWith({ packages: ['nginx'] })
  const first = site.start(provision)
  await until('systemctl list-units --no-legend "fettle-step-*" | grep -q "install nginx"')
  first.kill()
  await first.told
  const told = await site.fettle(...provision)
  expect(told.exit).toBe(0)
  expect(await sh("dpkg --audit; dpkg -l nginx | grep -c '^ii '")).toBe('1\n')
  expect(await sh('grep -c "install --" /var/log/apt/history.log || :')).toBe('1\n')
  expect(await left()).toBe('')
})
