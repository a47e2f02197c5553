import { beforeAll, describe, expect, test } from 'vitest'
import { reboot } from '../../../engine/lab/index.ts'
import { report } from '../../faults/support/report.ts'
import { usePracticeHosts } from '../harness.ts'
import { isSample } from '../support/extent.ts'
import { type Site, useSite } from '../support/site.ts'
import { deedsOf, nothing, planOf, resultOf } from '../support/told.ts'
import { firewallOf, managementOf } from './support.ts'

/** Debian 13, and 12. */
const hosts = [{ name: 'next1', release: 'trixie' }, ...(isSample ? [] : [{ name: 'web1', release: 'bookworm' }])]
const lab = usePracticeHosts(hosts)
const provision = ['provision', '--yes', '--json']
const describing = (groups: object): string => JSON.stringify({ name: 'safety', groups })
const walled = { all: { ufw: { rules: [{ port: 80, why: 'the web' }] } } }

describe.each(hosts)('$name', ({ name }) => {
  const host = () => lab.host(name)
  let untouched: string
  let site: Site
  const siteFrom = (management: readonly string[], more: object = {}) =>
    useSite({
      siteYml: describing(walled),
      hosts: { web: [host()] },
      variables: { fettle_management: management, fettle_confirm_timeout: 20, ...more },
    })
  const good = async (...more: string[]) => {
    const told = await site.fettle(...provision, ...more)
    expect(resultOf(told, name)?.problem).toBeUndefined()
    return deedsOf(told, name)
  }
  const looks = async () =>
    (await host().sh('cat /etc/ufw/* /etc/default/ufw 2>/dev/null; ls -l /etc/ufw; iptables -S; ls /var/lib/fettle'))
      .stdout

  beforeAll(async () => {
    await host().sh('apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y ufw >/dev/null')
    untouched = await looks()
    site = await siteFrom([managementOf(host())])
  })

  test('is not touched where we would not be let in again', async () => {
    const elsewhere = await siteFrom(['192.0.2.0/24', '2001:db8::/32'])
    const told = await elsewhere.fettle('provision', '--yes')
    expect(told.exit).toBe(1)
    expect(told.stderr).toContain(
      `the host sees us come from ${managementOf(host())}, which is in no management network`,
    )
    expect(told.stderr).toContain('192.0.2.0/24, 2001:db8::/32')
    expect(told.stderr).toContain(`add ${managementOf(host())} to fettle_management in the inventory`)
    expect(await looks()).toBe(untouched)
  })

  test('takes back a firewall that lets nobody in, though it loads', async () => {
    const drop = '-A ufw-before-input -p tcp --dport 22 -m conntrack --ctstate NEW -j DROP'
    await host().sh(`sed -i '/^# End required lines/i ${drop}' /etc/ufw/before.rules`)
    const before = await firewallOf(host())
    const told = await site.fettle(...provision)
    expect(resultOf(told, name)?.problem).toMatchObject({ code: 'guard.reverted' })
    expect(await firewallOf(host())).toBe(before.replace(/^inactive$/m, 'active'))
    await host().sh(`sed -i '/ctstate NEW -j DROP/d' /etc/ufw/before.rules`)
  })

  test('takes back nothing that it can show to be good', async () => {
    expect(await good()).toMatchObject({ exit: 0, changed: ['firewall:ufw'] })
    expect(await good()).toEqual(nothing)
  })

  test('places no rules that would not load', async () => {
    await host().sh("sed -i 's/^# ok icmp codes for INPUT$/&\\n-A ufw-before-input -p nonsense/' /etc/ufw/before.rules")
    const before = await firewallOf(host())
    await site.describe(describing({ all: { ufw: {} } }))
    const told = await site.fettle(...provision)
    expect(resultOf(told, name)?.problem).toMatchObject({ code: 'validation.failed' })
    expect(await firewallOf(host())).toBe(before)
    await host().sh("sed -i '/nonsense/d' /etc/ufw/before.rules")
    expect(await good()).toMatchObject({ exit: 0, changed: ['firewall:ufw'] })
  })

  test('is whole again by the run after one that was killed in the middle', async () => {
    const wanted = await firewallOf(host())
    await host().sh('ufw --force reset >/dev/null')
    await site.describe(describing({ all: { ufw: { rules: [{ port: 8080, why: 'a moment' }] } } }))
    const run = site.start(provision, (event) => {
      if (event.type === 'step.done' && event.title.startsWith('write /etc/ufw/')) run.kill()
    })
    expect((await run.told).exit).toBeNull()
    // What nobody confirmed is taken back, and the same is not tried again by itself.
    await site.describe(describing({ all: { ufw: {} } }))
    expect(await good('--wait')).toMatchObject({ exit: 0 })
    expect(await firewallOf(host())).toBe(wanted)
    report({
      row: 43,
      injected: `kill -9 of the controller while the firewall of ${name} is written`,
      expected: 'SSH survives',
      measured: { seen: 'the next run logged in and completed it' },
    })
  })

  test('lets us in after a boot with a user.rules that was cut short, and mends it', async () => {
    const before = await firewallOf(host())
    await host().sh(': >/etc/ufw/user.rules; sync')
    await reboot(name, lab.options)
    expect((await host().sh('systemctl is-active ufw; iptables -S INPUT | head -1')).stdout).toBe(
      'failed\n-P INPUT DROP\n',
    )
    expect(await good()).toMatchObject({ exit: 0, changed: ['firewall:ufw'] })
    expect(await firewallOf(host())).toBe(before)
  })

  test('is open again, and as it was, when the role has left', async () => {
    await site.describe(describing({ all: { base: { packages: [], securityUpgrades: { enabled: false } } } }))
    const kept = await site.fettle(...provision)
    expect(planOf(kept, name).notices).toEqual([expect.stringMatching(/^role ufw left this host .*--retire ufw$/)])
    expect(await good('--retire', 'ufw')).toMatchObject({ exit: 0, changed: ['firewall:ufw'] })
    const { stdout } = await host().sh(
      'ufw status; cat /etc/ufw/ufw.conf; iptables -S; ip6tables -S; grep -h fettle /etc/ufw/*.rules',
    )
    expect(stdout).toMatch(/^Status: inactive\n/)
    expect(stdout).not.toMatch(/fettle|ufw6?-|DROP/)
    expect(stdout.match(/^-P INPUT ACCEPT$/gm)).toHaveLength(2)
    expect(await good()).toEqual(nothing)
  })
})
