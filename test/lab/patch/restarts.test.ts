import { beforeAll, expect, test } from 'vitest'
import { usePracticeHosts } from '../harness.ts'
import { does } from '../support/does.ts'
import { offer, type TestPackage } from '../support/repository.ts'
import { type Site, useSite } from '../support/site.ts'
import { expectDone } from '../support/told.ts'

const lab = usePracticeHosts([{ name: 'log1', release: 'trixie' }])

const sh = (script: string): Promise<string> => does(lab.host('log1'), script)

/** A service whose upgrade replaces its program, and lets the old one run on. */
const clock = (version: string): TestPackage => ({
  ...{ name: 'clock', version },
  files: {
    '/lib/systemd/system/clock.service':
      '[Service]\nExecStart=/usr/local/lib/clock infinity\n[Install]\nWantedBy=multi-user.target\n',
  },
  configure: `cp /bin/sleep /usr/local/lib/clock.new && mv /usr/local/lib/clock.new /usr/local/lib/clock
systemctl daemon-reload; systemctl --quiet enable --now clock`,
})

/** What it runs, with a mark where that is not there any more. */
const running = (): Promise<string> => sh('readlink /proc/$(systemctl show -p MainPID --value clock)/exe')

let site: Site
beforeAll(async () => {
  site = await useSite({
    siteYml: JSON.stringify({ name: 'patch', groups: { log: { pieces: {} } } }),
    hosts: { log: [lab.host('log1')] },
  })
  await sh('apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y install needrestart')
  await sh(`${offer([clock('1')])}; apt-get -qq update && apt-get -qq -y install clock`)
})

test('a service that uses what was replaced is restarted, without a reboot', async () => {
  await sh(offer([clock('2')]))
  const boot = await sh('cat /proc/sys/kernel/random/boot_id')
  const told = await site.fettle('patch', '--yes', '--json', '--soak', '1s')
  expectDone(told)
  expect(told.events.flatMap((event) => (event.type === 'step.done' ? [event.title] : []))).toContain(
    'restart clock.service',
  )
  expect(await running()).toBe('/usr/local/lib/clock')
  expect(await sh('cat /proc/sys/kernel/random/boot_id')).toBe(boot)
})

test('one that somebody else has upgraded is shown, and restarted', async () => {
  await sh(`${offer([clock('3')])}; apt-get -qq update && NEEDRESTART_SUSPEND=1 apt-get -qq -y upgrade`)
  expect(await running()).toBe('/usr/local/lib/clock (deleted)')
  const { exit, stdout } = await site.fettle('patch', '--plan')
  expect([exit, stdout]).toEqual([2, expect.stringContaining('log1: restart clock.service')])
  expectDone(await site.fettle('patch', '--yes', '--soak', '1s'))
  expect(await running()).toBe('/usr/local/lib/clock')
  expect((await site.fettle('patch', '--plan')).exit).toBe(0)
})
