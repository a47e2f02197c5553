import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { reboot } from '../../../engine/lab/index.ts'
import { type PracticeHost, usePracticeHosts } from '../harness.ts'
import { type Site, useSite } from '../support/site.ts'
import { deedsOf, nothing, resultOf } from '../support/told.ts'
import { firewallOf, managementOf, tryFrom } from './support.ts'

const names = ['lb1', 'lb2', 'web1', 'db1'] as const
const lab = usePracticeHosts(names)
const host = (name: string) => lab.host(name)
const ipv6 = (name: string) => `fd00:db8::${names.indexOf(name as (typeof names)[number]) + 1}`
const v4 = (name: string) => host(name).address

const serving = (port: number, clients: string) => ({
  nginx: {
    trustedProxies: clients,
    sites: { it: { port, default: true, root: '/srv/www', content: { 'index.html': 'it\n' } } },
  },
})

const siteYml = (groups: object = {}): string =>
  JSON.stringify({
    name: 'topology',
    groups: {
      all: { ufw: {} },
      lb: {
        haproxy: { frontends: { web: { port: 80, backend: 'it' } }, backends: { it: { group: 'web' } } },
      },
      web: serving(80, 'lb'),
      db: serving(3306, 'web'),
      ...groups,
    },
  })

const siteWith = async (lbs: readonly PracticeHost[]): Promise<Site> => {
  const hosts = { lb: lbs, web: [host('web1')], db: [host('db1')] }
  const site = await useSite({
    siteYml: siteYml(),
    hosts,
    variables: { fettle_management: [managementOf(host('lb1'))] },
  })
  await mkdir(join(site.folder, 'inventory/host_vars'))
  for (const { name, address } of Object.values(hosts).flat())
    await writeFile(
      join(site.folder, `inventory/host_vars/${name}.yml`),
      JSON.stringify({ fettle_addresses: [address, ipv6(name)] }),
    )
  return site
}

const provision = ['provision', '--yes', '--json']
/** Two addresses and a port. */
const both = (name: string, port: number, outcome: string) => ({
  [`${v4(name)} ${port}`]: outcome,
  [`${ipv6(name)} ${port}`]: outcome,
})
/** Provisions; whatever went wrong is what the test shows. */
const provisioned = async (which: Site) => {
  const told = await which.fettle(...provision)
  expect(names.flatMap((name) => resultOf(told, name)?.problem ?? [])).toEqual([])
  expect(told.exit).toBe(0)
  return told
}
const outcomes = async (from: string, expected: Readonly<Record<string, string>>) =>
  expect(await tryFrom(host(from), Object.keys(expected)), `from ${from}`).toEqual(expected)

let site: Site

beforeAll(async () => {
  for (const name of names) await host(name).sh(`ip -6 address add ${ipv6(name)}/64 dev host0 nodad`)
  site = await siteWith([host('lb1')])
  const told = await provisioned(site)
  expect(told.events.filter(({ type }) => type === 'warning')).toEqual([])
})

test('those connect who may, by IPv4 and IPv6, and nobody else', async () => {
  await outcomes('lb1', {
    ...both('web1', 80, 'open'),
    ...both('db1', 3306, 'filtered'),
    ...both('web1', 22, 'filtered'),
  })
  await outcomes('web1', { ...both('db1', 3306, 'open'), ...both('lb1', 80, 'open'), ...both('lb1', 8404, 'filtered') })
  await outcomes('db1', {
    ...both('web1', 80, 'filtered'),
    ...both('web1', 3307, 'filtered'),
    ...both('lb1', 80, 'open'),
  })
  await outcomes('lb2', { ...both('web1', 80, 'filtered') })
})

test('it is said, and tried, who may reach what', async () => {
  const { stdout } = await site.fettle('firewall')
  expect(stdout).toContain('80/tcp    lb (lb1)    nginx: web requests')
  const told = await site.fettle('firewall', '--verify')
  expect(told).toMatchObject({
    exit: 0,
    stdout: expect.stringMatching(/^lb1, web1, db1: \d+ connections came out as described\n$/),
  })
  expect(told.stderr).toBe('')
})

test('the same run again changes nothing', async () => {
  const told = await site.fettle(...provision)
  expect(['lb1', 'web1', 'db1'].map((name) => deedsOf(told, name))).toEqual([nothing, nothing, nothing])
})

test('it is the same after a reboot', async () => {
  const before = await firewallOf(host('db1'))
  await reboot('db1', lab.options)
  expect(await firewallOf(host('db1'))).toBe(before)
  expect(deedsOf(await site.fettle(...provision), 'db1')).toEqual(nothing)
  await host('db1').sh(`ip -6 address add ${ipv6('db1')}/64 dev host0 nodad`)
})

describe('what changes in the description', () => {
  test('opens the others to a host that joins a group, and closes them when it leaves', async () => {
    const wider = await siteWith([host('lb1'), host('lb2')])
    const joined = await provisioned(wider)
    expect(deedsOf(joined, 'web1').changed).toContain('firewall:ufw')
    expect(deedsOf(joined, 'db1')).toMatchObject({ changed: [] })
    await outcomes('lb2', both('web1', 80, 'open'))

    await provisioned(site)
    await outcomes('lb2', both('web1', 80, 'filtered'))
    await outcomes('lb1', both('web1', 80, 'open'))
  })

  test('closes the port that a role no longer listens on', async () => {
    await site.describe(siteYml({ db: serving(3307, 'web') }))
    await provisioned(site)
    await outcomes('web1', { ...both('db1', 3306, 'filtered'), ...both('db1', 3307, 'open') })
  })

  test('opens what the settings add, and keeps it from the others', async () => {
    const rules = [{ port: 7000, through: 7001, from: { networks: [v4('web1')] }, why: 'tests' }]
    await site.describe(siteYml({ all: { ufw: { rules } } }))
    await provisioned(site)
    await outcomes('web1', { [`${v4('lb1')} 7001`]: 'closed', [`${ipv6('lb1')} 7001`]: 'filtered' })
    await outcomes('db1', { [`${v4('lb1')} 7001`]: 'filtered' })
  })
})
