import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { usePracticeHosts } from '../harness.ts'
import { type Site, useSite } from '../support/site.ts'
import { resultOf } from '../support/told.ts'
import { managementOf } from './support.ts'

const names = ['lb1', 'web1', 'db1'] as const
const lab = usePracticeHosts(names)
const host = (name: string) => lab.host(name)
const ipv6 = (name: string) => `fd00:db8::${names.indexOf(name as (typeof names)[number]) + 1}`
const sh = async (name: string, script: string) =>
  expect(await host(name).sh(script), script).toMatchObject({ exit: 0 })

/** `web` hears one port from the hosts of `lb`, and another one from everybody; nothing of it answers. */
const siteYml = JSON.stringify({
  name: 'datagrams',
  groups: {
    all: { ufw: {} },
    lb: {},
    db: {},
    web: {
      ufw: {
        rules: [
          { port: 5300, protocol: 'udp', from: { group: 'lb' }, why: 'numbers' },
          { port: 6000, through: 6010, protocol: 'udp', why: 'more' },
        ],
      },
    },
  },
})

let site: Site
beforeAll(async () => {
  for (const name of names) await sh(name, `ip -6 address add ${ipv6(name)}/64 dev host0 nodad`)
  site = await useSite({
    siteYml,
    hosts: { lb: [host('lb1')], web: [host('web1')], db: [host('db1')] },
    variables: { fettle_management: [managementOf(host('web1'))] },
  })
  await mkdir(join(site.folder, 'inventory/host_vars'))
  for (const name of names)
    await writeFile(
      join(site.folder, `inventory/host_vars/${name}.yml`),
      JSON.stringify({ fettle_addresses: [host(name).address, ipv6(name)] }),
    )
  const told = await site.fettle('provision', '--yes', '--json')
  expect(names.flatMap((name) => resultOf(told, name)?.problem ?? [])).toEqual([])
  expect(told.events.filter(({ type }) => type === 'warning')).toEqual([])
})

const verify = async () => {
  const { exit, stdout, stderr } = await site.fettle('firewall', '--verify')
  return { exit, found: stdout.trimEnd().split('\n'), stderr }
}

test('those get through who may, by IPv4 and IPv6, and nobody else', async () => {
  expect(await verify()).toEqual({
    exit: 0,
    found: [expect.stringMatching(/^lb1, web1, db1: \d+ connections came out as described$/)],
    stderr: '',
  })
})

test('who is kept out and should not be is found', async () => {
  await sh('web1', 'iptables -I ufw-user-input -p udp --dport 5300 -j DROP')
  expect(await verify()).toEqual({
    exit: 3,
    found: ['lb1 may reach port 5300/udp of web1 and does not: it is filtered'],
    stderr: '',
  })
  await sh('web1', 'iptables -D ufw-user-input -p udp --dport 5300 -j DROP')
})

test('one who gets in by a rule of somebody else is found, with the rule', async () => {
  await sh('web1', 'ufw allow 5300/udp')
  const { exit, found } = await verify()
  expect(exit).toBe(3)
  const because = 'which no role opens to it: somebody else’s rule, allow 5300/udp from 0.0.0.0/0'
  expect(found.filter((line) => !line.includes(ipv6('web1')))).toEqual([
    `controller reaches port 5300/udp of web1, ${because}`,
    `db1 reaches port 5300/udp of web1, ${because}`,
  ])
  expect(found.filter((line) => line.includes(ipv6('web1')))).toHaveLength(1)
  await sh('web1', 'ufw delete allow 5300/udp')
})

test('so is one who gets in before ufw is asked', async () => {
  await sh('web1', 'iptables -I INPUT -p udp -j ACCEPT')
  const { exit, found } = await verify()
  expect(exit).toBe(3)
  expect(found).toContain('controller reaches port 9/udp of web1, which no role opens to it')
  await sh('web1', 'iptables -D INPUT -p udp -j ACCEPT')
})

test('where too much else comes in to tell, that is said', async () => {
  // Much also where this has hardly a turn.
  const many = `for each in $(seq 50); do printf . >/dev/udp/${host('web1').address}/6000; done`
  const flood = `while :; do ${many}; sleep 0.02; done`
  await sh('lb1', `systemd-run -q --collect --unit=flood bash -c '${flood}'`)
  const { exit, stderr } = await verify()
  expect(exit).toBe(0)
  expect(stderr).toBe('not tried: port 6000/udp of web1: too much else comes in there to tell\n')
  await sh('lb1', 'systemctl stop flood')
})
