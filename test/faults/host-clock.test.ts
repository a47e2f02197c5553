import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { useAuthority } from '../lab/database/support.ts'
import { usePracticeHosts } from '../lab/harness.ts'
import { type Site, useSite } from '../lab/support/site.ts'
import { deedsOf, nothing, planOf, resultOf } from '../lab/support/told.ts'
import { provision } from './support/again.ts'
import { aheadBy, setClock } from './support/clock.ts'
import { type Measured, report } from './support/report.ts'

const lab = usePracticeHosts(['web1'])
const host = () => lab.host('web1')
const sh = async (script: string) => (await host().sh(script)).stdout

/** Goes no further while /run/hold is there. */
const held = {
  script: 'touch /run/begun; while [ -e /run/hold ]; do sleep 0.1; done; : >/srv/one',
  creates: '/srv/one',
}
const sshd = (content: string) => ({
  '/etc/ssh/sshd_config.d/10-test.conf': { content, restarts: ['ssh.service'], guarded: true },
})
const siteYml = (pieces: object) =>
  JSON.stringify({
    name: 'clock',
    groups: { web: { counter: {}, ca: { certificates: { shop: {} } }, pieces: { packages: ['bc'], ...pieces } } },
  })

describe.each([
  ['fast', '+1d', 24, 'ahead of ours: certificates of the site’s authority may have ended already', 'OK'],
  ['slow', '-1d', -24, 'behind ours: certificates of the site’s authority may not be valid yet', 'not yet valid'],
])('the clock of a host is a day %s', (how, shift, hours, notice, verdict) => {
  let site: Site
  beforeAll(async () => {
    await lab.reset('web1')
    await setClock(host(), shift)
    expect(await aheadBy(host())).toEqual([hours, hours])
    site = await useSite({
      siteYml: siteYml({}),
      hosts: { web: [host()] },
      variables: { fettle_confirm_timeout: 10 },
    })
    await useAuthority(site)
    const told = await site.fettle(...provision)
    expect(resultOf(told, 'web1')?.problem).toBeUndefined()
  })
  beforeEach(() => host().sh('rm -f /run/begun /run/hold'))

  const told = (expected: string, measured: Measured) =>
    report({ row: 28, injected: `a host whose clock is a day ${how}`, expected, measured })

  test('there is nothing to do the second time', async () => {
    const again = await site.fettle(...provision)
    expect(deedsOf(again, 'web1')).toEqual(nothing)
    told('nothing to do the second time', { S: 0 })
  })

  test('it has its certificates, which are not issued anew, and the plan says what its programs think of them', async () => {
    const sum = () => sh('cat /etc/fettle/ca.pem /etc/fettle/certificates/shop.* | sha256sum')
    const before = await sum()
    const again = await site.fettle(...provision)
    expect(planOf(again, 'web1').notices).toEqual([expect.stringContaining(`its clock is 24 hours ${notice}`)])
    expect(await sum()).toBe(before)
    const verify = 'openssl verify -CAfile /etc/fettle/ca.pem /etc/fettle/certificates/shop.pem 2>&1'
    expect(await sh(verify)).toContain(verdict)
    told('no certificate issued anew; told where its programs refuse it', {
      seen: `openssl there: ${verdict}; the plan says how far the clock is off`,
    })
  })

  test('a lease that is held is not taken over, and that of a dead owner is', async () => {
    await host().sh(': >/run/hold')
    await site.describe(siteYml({ commands: { one: held, after: { script: ': >/srv/after', creates: '/srv/after' } } }))
    const first = site.start(provision)
    await expect.poll(async () => (await host().sh('[ -e /run/begun ]')).exit, { timeout: 60_000 }).toBe(0)
    const second = await (await site.elsewhere()).fettle('provision', '--yes')
    expect([second.exit, second.stderr]).toEqual([1, expect.stringContaining('error[lease.held] on web1')])
    first.kill()
    await first.told
    await host().sh('rm /run/hold')
    const third = await site.fettle(...provision)
    expect(third.exit, third.stderr).toBe(0)
    const warnings = third.events.flatMap((event) => (event.type === 'warning' ? [event.message] : []))
    expect(warnings).toEqual([expect.stringMatching(/^taken over from \S+'s run of fettle provision/)])
    told('a lease is kept while its owner lives, and no longer', {
      seen: 'lease.held; taken over once its owner was killed',
    })
  })

  test('a guarded change that is confirmed stays', async () => {
    await site.describe(siteYml({ files: sshd('MaxAuthTries 5\n') }))
    expect(resultOf(await site.fettle(...provision), 'web1')?.problem).toBeUndefined()
    expect(await sh('ls /var/lib/fettle/guard 2>/dev/null; systemctl is-active fettle-guard.timer')).toBe('inactive\n')
    expect(await sh('sshd -T | grep -i maxauthtries')).toBe('maxauthtries 5\n')
    told('a guarded change that is confirmed stays', { seen: 'the timer is gone, the change in force' })
  })

  test('one that locks us out is taken back by its timer', async () => {
    await site.describe(siteYml({ files: sshd('AllowUsers nobody\n') }))
    const run = site.start(provision, (event) => {
      if (event.type === 'step.done' && event.title === 'restart ssh.service') run.kill()
    })
    await run.told
    const isOpen = async () => (await host().sh('true')).exit === 0
    expect(await isOpen()).toBe(false)
    await expect.poll(isOpen, { timeout: 60_000, interval: 500 }).toBe(true)
    expect(await sh('sshd -T | grep -i -e allowusers -e maxauthtries')).toBe('maxauthtries 5\n')
    told('a lock-out is restored by the host itself', { seen: 'open again when its time of 10 s was up' })
  })
})
