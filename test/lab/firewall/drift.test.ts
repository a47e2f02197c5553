import { beforeAll, describe, expect, test } from 'vitest'
import { usePracticeHosts } from '../harness.ts'
import { rowsForThisRun } from '../support/extent.ts'
import { type Site, useSite } from '../support/site.ts'
import { deedsOf, nothing, planOf } from '../support/told.ts'
import { firewallOf, managementOf } from './support.ts'

const name = 'web1'
const lab = usePracticeHosts([name])
const host = () => lab.host(name)
const provision = ['provision', '--yes', '--json']
const rule = 'from 192.0.2.7 to any port 8000 proto tcp'

const siteYml = (settings: object = {}): string => {
  const rules = [
    { port: 8000, from: { networks: ['192.0.2.7', '2001:db8::7', '198.51.100.9/24'] }, why: 'a port' },
    { port: 6000, through: 6010, protocol: 'udp', why: 'some ports' },
    { port: 443, why: 'everybody’s' },
  ]
  return JSON.stringify({ name: 'drift', groups: { all: { ufw: { rules, ...settings } } } })
}

interface Drift {
  readonly what: string
  readonly script: string
}

/** Left open meanwhile, so that the test gets in. */
const opened = (exe: string) => `for way in INPUT OUTPUT FORWARD; do ${exe} -P $way ACCEPT; done`

const drifts: readonly Drift[] = [
  { what: 'a rule deleted', script: `ufw delete allow ${rule}` },
  { what: 'a rule turned round', script: `ufw deny ${rule}` },
  { what: 'a comment taken', script: `ufw allow ${rule}` },
  { what: 'a rule edited in the file', script: 'sed -i s/192.0.2.7/192.0.2.8/ /etc/ufw/user.rules' },
  { what: 'a rule that Fettle made, and of which nobody says any more that it should', script: stale() },
  { what: 'ufw disabled', script: 'ufw --force disable' },
  { what: 'ufw stopped', script: 'systemctl stop ufw' },
  { what: 'ufw not started at boot', script: 'systemctl disable -q ufw' },
  { what: 'the kernel flushed', script: `${opened('iptables')}; iptables -F` },
  { what: 'the kernel flushed, and nothing left of it', script: `${opened('ip6tables')}; ip6tables -F; ip6tables -X` },
  { what: 'the way into the rules removed', script: `${opened('iptables')}; iptables -D INPUT -j ufw-before-input` },
  {
    what: 'a rule deleted in the kernel',
    script: 'iptables -D ufw-user-input -s 192.0.2.7 -p tcp --dport 8000 -j ACCEPT',
  },
  { what: 'a rule added in the kernel', script: 'ip6tables -I ufw6-user-input -p tcp --dport 9 -j ACCEPT' },
  { what: 'the management rules taken out of the kernel', script: 'iptables -D ufw-before-input 1' },
  {
    what: 'the management rules taken out of the file',
    script: 'sed -i /fettle/d /etc/ufw/before.rules && ufw reload',
  },
  { what: 'a policy in the kernel', script: 'iptables -P INPUT ACCEPT' },
  { what: 'a policy', script: 'ufw default allow incoming && sed -i "s/UFW ALLOW/UFW BLOCK/" /etc/ufw/after*.rules' },
  { what: 'the logging', script: 'ufw logging full' },
  { what: 'no IPv6', script: 'sed -i s/^IPV6=.*/IPV6=no/ /etc/default/ufw' },
  { what: 'the mode of a file', script: 'chmod 0666 /etc/ufw/user.rules' },
  { what: 'a file deleted', script: 'rm /etc/ufw/user6.rules' },
]

/** The comment of Fettle's own rules, as ufw keeps it. */
function stale(): string {
  return "ufw allow 25/tcp comment 'fettle: mail: gone'"
}

let site: Site
let sound: string
const run = async () => deedsOf(await site.fettle(...provision), name)
const sh = async (script: string) => expect(await host().sh(script)).toMatchObject({ exit: 0 })

beforeAll(async () => {
  site = await useSite({
    siteYml: siteYml(),
    hosts: { web: [host()] },
    variables: { fettle_management: [managementOf(host())] },
  })
  expect(await run()).toMatchObject({ exit: 0 })
  sound = await firewallOf(host())
})

test('ufw reads what was written, and says it in the same words', async () => {
  await sh('ufw status numbered')
  expect((await host().sh('ufw status')).stdout).toContain('# fettle: ufw: some ports')
  await sh('cp -a /etc/ufw /root/before && ufw allow 9/tcp && ufw delete allow 9/tcp && diff -r /root/before /etc/ufw')
  await sh('rm -r /root/before; ufw reload')
  expect(await firewallOf(host())).toBe(sound)
})

test.each(rowsForThisRun(drifts).map((drift) => [drift.what, drift] as const))(
  '%s is repaired, and nothing else done',
  async (_, drift) => {
    await sh(drift.script)
    expect(await run()).toEqual({ ...nothing, changed: ['firewall:ufw'] })
    expect(await firewallOf(host())).toBe(sound)
  },
)

test('until there is nothing to do', async () => {
  expect(await run()).toEqual(nothing)
})

test('earlier rules are given back, and are in force', async () => {
  const former = 'iptables -S ufw-user-input | grep -c -- "-s 192.0.2.7/32"'
  await site.describe(siteYml({ rules: [{ port: 8080, why: 'another' }] }))
  expect(await run()).toEqual({ ...nothing, changed: ['firewall:ufw'] })
  expect((await host().sh(former)).stdout).toBe('0\n')
  const told = await site.fettle('undo', name, '/etc/ufw/user.rules', '--yes', '--json')
  expect(deedsOf(told, name)).toMatchObject({ exit: 0, changed: ['firewall:ufw'] })
  expect((await host().sh(former)).stdout).toBe('1\n')
  await site.describe(siteYml())
  expect(await run()).toEqual({ ...nothing, changed: ['firewall:ufw'] })
  expect(await firewallOf(host())).toBe(sound)
})

describe('rules that others made', () => {
  const strange = [
    "allow 9999/tcp comment 'mine'",
    'insert 1 deny from 203.0.113.9',
    'limit 2222/tcp',
    'reject 25',
    'allow log 99/tcp',
    'allow in on lo to any port 5000 proto udp',
    'route allow in on host0 from 203.0.113.0/24',
    'allow out 53',
  ]

  test('are kept where they stand, told of, and nothing is done', async () => {
    await sh(strange.map((words) => `ufw ${words}`).join(' && '))
    const before = await firewallOf(host())
    const told = await site.fettle(...provision)
    expect(deedsOf(told, name)).toEqual(nothing)
    expect(planOf(told, name).notices).toEqual(
      [
        'rules of the firewall that Fettle did not make are kept: deny everything from 203.0.113.9, ' +
          'allow 9999/tcp from anywhere, limit 2222/tcp from anywhere, reject 25 from anywhere, ' +
          'allow_log 99/tcp from anywhere, allow 5000/udp from anywhere (in_lo), ' +
          'route:allow everything from 203.0.113.0/24 (in_host0), allow 53 from anywhere (out)',
      ].map((words) => `8 ${words}`),
    )
    expect(await firewallOf(host())).toBe(before)
  })

  test('survive a change of the others, to the letter', async () => {
    const ours = Buffer.from('fettle: ').toString('hex')
    const strangers = async () =>
      (await host().sh('cat /etc/ufw/user.rules /etc/ufw/user6.rules')).stdout
        .split('\n\n')
        .filter((entry) => entry.startsWith('### tuple') && !entry.includes(`comment=${ours}`))
    const before = await strangers()
    await site.describe(siteYml({ rules: [{ port: 8080, why: 'another' }] }))
    expect(await run()).toEqual({ ...nothing, changed: ['firewall:ufw'] })
    expect(await strangers()).toEqual(before)
    expect((await host().sh('ufw status')).stdout).toMatch(
      /DENY +203\.0\.113\.9[\s\S]*8080\/tcp +ALLOW[\s\S]*9999\/tcp +ALLOW/,
    )
  })

  test('go where the settings want none', async () => {
    await site.describe(siteYml({ exclusive: true }))
    expect(await run()).toEqual({ ...nothing, changed: ['firewall:ufw'] })
    expect(await firewallOf(host())).toBe(sound)
    expect(await run()).toEqual(nothing)
  })
})
