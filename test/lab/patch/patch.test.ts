import { beforeAll, describe, expect, test } from 'vitest'
import type { PatchPlan } from '../../../engine/core/patch.ts'
import { usePracticeHosts } from '../harness.ts'
import { does } from '../support/does.ts'
import { isSample } from '../support/extent.ts'
import { offer, type TestPackage } from '../support/repository.ts'
import { type Site, type Told, useSite } from '../support/site.ts'
import { expectDone, resultOf } from '../support/told.ts'

const names = ['log1', 'log2'] as const
const lab = usePracticeHosts(['log1', { name: 'log2', release: 'trixie' }])

const sh = (name: string, script: string): Promise<string> => does(lab.host(name), script)
const onBoth = (script: string): Promise<string[]> => Promise.all(names.map((name) => sh(name, script)))

/** A service that prints its version, or fails. */
const greeter = (version: string, does = 'sleep infinity'): TestPackage => ({
  ...{ name: 'greeter', version },
  files: {
    '/lib/systemd/system/greeter.service': `[Service]\nExecStart=/bin/sh -c '${does}'\n[Install]\nWantedBy=multi-user.target\n`,
  },
  configure: 'systemctl daemon-reload; systemctl --quiet enable greeter; systemctl restart greeter',
})
const tool = (version: string): TestPackage => ({ name: 'tool', version, security: true })

let site: Site
beforeAll(async () => {
  site = await useSite({
    siteYml: JSON.stringify({ name: 'patch', groups: { log: { pieces: {} } } }),
    hosts: { log: names.map(lab.host) },
  })
  await onBoth('apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y install needrestart')
  await onBoth(
    `${offer([greeter('1'), tool('1')])}; apt-get -qq update && apt-get -qq -y install greeter tool && apt-mark auto tool`,
  )
})

const patch = (...args: readonly string[]): Promise<Told> =>
  site.fettle('patch', '--yes', '--json', '--soak', '1s', ...args)

/** By host: they are told as hosts answer. */
const plansIn = ({ events }: Told): readonly PatchPlan[] =>
  events
    .flatMap((event) => (event.type === 'patch.planned' ? [event.plan] : []))
    .sort((one, other) => one.host.localeCompare(other.host))

const plan = async (...args: readonly string[]) => {
  const told = await site.fettle('patch', '--plan', '--json', ...args)
  const upgrades = plansIn(told).flatMap((each) =>
    each.upgrades.map(({ name, from, to, security }) => `${each.host} ${name} ${from} ${to} ${security}`),
  )
  return { exit: told.exit, upgrades: upgrades.sort() }
}

const versions = (): Promise<string[]> => onBoth(`dpkg-query -W -f='\${Package} \${Version} ' greeter tool`)
const boots = (): Promise<string[]> => onBoth('cat /proc/sys/kernel/random/boot_id')

test('nothing is to be done: that is said, and nobody is asked', async () => {
  expect(await plan()).toEqual({ exit: 0, upgrades: [] })
  const told = await site.fettle('patch')
  expect([told.exit, told.stdout]).toEqual([0, expect.stringContaining('Nothing to patch on log[1:2]')])
})

test('shows what would change where, and changes nothing', async () => {
  await onBoth(offer([greeter('2'), tool('2')]))
  const expected = names.flatMap((name) => [`${name} greeter 1 2 false`, `${name} tool 1 2 true`])
  expect(await plan()).toEqual({ exit: 2, upgrades: expected })
  expect(await plan('--security')).toEqual({ exit: 2, upgrades: names.map((name) => `${name} tool 1 2 true`) })
  const { stdout } = await site.fettle('patch', '--plan')
  expect(stdout).toContain('log[1:2]: 2 packages, 1 for security\n    greeter  1 -> 2\n    tool     1 -> 2  security')
  expect(await versions()).toEqual(['greeter 1 tool 1', 'greeter 1 tool 1'])
})

test('security fixes alone, and what came along with others stays so', async () => {
  const before = await boots()
  expectDone(await patch('--security'))
  expect(await versions()).toEqual(['greeter 1 tool 2', 'greeter 1 tool 2'])
  expect(await onBoth('apt-mark showauto tool')).toEqual(['tool', 'tool'])
  expect(await boots()).toEqual(before)
})

test('the rest, with a reboot of one host after the other', async () => {
  const before = await boots()
  const told = await patch('--reboot', 'always')
  expectDone(told)
  expect(told.events.flatMap((event) => (event.type === 'wave.started' ? [event.hosts] : []))).toEqual([
    ['log1'],
    ['log2'],
  ])
  expect(await versions()).toEqual(['greeter 2 tool 2', 'greeter 2 tool 2'])
  const after = await boots()
  expect(after.filter((boot) => before.includes(boot))).toEqual([])
  expect((await plan()).exit).toBe(0)
})

describe.skipIf(isSample)('a host that is not well afterwards', () => {
  test('stops it, and is told', async () => {
    await onBoth(offer([greeter('3', 'false'), tool('2')]))
    const told = await patch()
    expect(told.exit).toBe(3)
    expect(resultOf(told, 'log1')?.problem).toMatchObject({
      code: 'instance.unhealthy',
      detail: expect.stringContaining('greeter.service has failed'),
      hint: expect.stringContaining('fettle patch goes on'),
    })
    expect(resultOf(told, 'log2')).toMatchObject({ outcome: 'pending' })
    expect(await versions()).toEqual(['greeter 3 tool 2', 'greeter 2 tool 2'])
  })

  test('is not well only because it is tried once more', async () => {
    const told = await patch('-l', 'log1')
    expect([told.exit, plansIn(told)[0]?.begun, resultOf(told, 'log1')?.problem?.code]).toEqual([
      3,
      true,
      'instance.unhealthy',
    ])
  })

  test('goes on once it is mended', async () => {
    await onBoth(offer([greeter('4'), tool('2')]))
    expectDone(await patch())
    expect(await versions()).toEqual(['greeter 4 tool 2', 'greeter 4 tool 2'])
    expect((await plan()).exit).toBe(0)
  })
})

const kills: readonly (readonly [string, RegExp, string])[] = [
  ['after its upgrade', /^upgrade /, '5'],
  ['while it boots', /^reboot$/, '6'],
]

test.each(isSample ? kills.slice(1) : kills)('killed %s, the next one goes on', async (_, pattern, version) => {
  await onBoth(offer([greeter(version), tool('2')]))
  const [before] = await boots()
  let killedAt = ''
  const run = site.start(['patch', '--yes', '--json', '--reboot', 'always'], (event) => {
    if (event.type !== 'step.done' || !pattern.test(event.title)) return
    killedAt ||= event.title
    run.kill()
  })
  expect((await run.told).exit).toBeNull()
  const isBack = async () => {
    const { exit, stdout } = await lab.host('log1').sh('cat /proc/sys/kernel/random/boot_id')
    return exit === 0 && (killedAt !== 'reboot' || stdout.trim() !== before)
  }
  await expect.poll(isBack, { timeout: 60_000, interval: 200 }).toBe(true)
  const told = await patch()
  expectDone(told)
  expect(plansIn(told).map(({ begun }) => begun)).toEqual([true, false])
  expect(await versions()).toEqual([`greeter ${version} tool 2`, `greeter ${version} tool 2`])
  expect(await onBoth('ls /var/lib/fettle/patching 2>/dev/null || :')).toEqual(['', ''])
})

test('a host whose packages cannot be asked for stops it before anything is done', async () => {
  await onBoth(offer([greeter('7'), tool('2')]))
  await sh('log2', 'echo deb [trusted=yes] file:/srv/nothing ./ >>/etc/apt/sources.list')
  const told = await patch()
  expect([told.exit, told.stderr]).toEqual([1, expect.stringContaining('/srv/nothing')])
  expect(await sh('log1', `dpkg-query -W -f='\${Version}' greeter`)).toBe('6')
  expect((await plan()).exit).toBe(3)
})
