import { expect, test } from 'vitest'
import type { HostFacts, HostView, SiteView } from '../../../engine/core/host.ts'
import { loadTemplates } from '../../../engine/templates/templates.ts'
import keepalived from '../../../roles/keepalived/index.ts'
import { KeepalivedSettings } from '../../../roles/keepalived/settings.ts'
import { facts } from '../converge/support/site.ts'
import { bareSite } from '../support/bare-site.ts'
import { problemsIn } from '../support/problems.ts'
import { noCertificates } from './no-certificates.ts'

const host = (name: string, address: string, variables: object = {}): HostView => ({
  ...{ name, address, groups: [], variables: { ...variables } },
})
const [lb1, lb2] = [host('lb1', '192.0.2.1'), host('lb2', '192.0.2.2')]
const www = { address: '192.0.2.100/24' }
const interfaces = [
  { name: 'lo', addresses: ['127.0.0.1/8', '::1/128'] },
  { name: 'eth0', addresses: ['192.0.2.1/24', '192.0.2.100/24'] },
  { name: 'eth1', addresses: ['2001:db8::1/64', 'fe80::1/64'] },
]

/** Balancers, each with settings of its own. */
const siteOf = (balancers: readonly (readonly [HostView, object])[]): SiteView => ({
  ...bareSite,
  hosts: () => balancers.map(([each]) => each),
  health: () => [{ unit: 'haproxy.service' }],
  virtualAddresses: (name) =>
    balancers
      .filter(([each]) => each.name === name)
      .flatMap(([each, settings]) => {
        const topology = { settings: KeepalivedSettings.parse(settings), host: each, site: bareSite }
        return keepalived.virtualAddresses?.(topology) ?? []
      }),
})
const pair = (settings: object, others: object = settings) =>
  siteOf([
    [lb1, settings],
    [lb2, others],
  ])
const { render } = loadTemplates([new URL('../../../templates', import.meta.url).pathname])
const described = (site: SiteView, view = lb1, more: Partial<HostFacts> = {}) =>
  keepalived.resources({
    settings: KeepalivedSettings.parse({}),
    host: { ...view, facts: { ...facts, interfaces, ...more } },
    ...{ site, render, ...noCertificates },
  })
const linesOf = (site: SiteView, view = lb1): readonly string[] => {
  const file = described(site, view).find(({ key }) => key === 'file:/etc/keepalived/keepalived.conf')?.spec
  return String((file as { content: unknown }).content)
    .split('\n')
    .map((line) => line.trim())
}
const chosen = (lines: readonly string[], words: RegExp) => lines.filter((line) => words.test(line))

test('a pair: whoever has the address keeps it, and each knows the other one', () => {
  const words = /^(state|nopreempt|preempt_delay|interface|virtual_router_id|priority|advert_int|unicast_src_ip|192)/
  const common = ['state BACKUP', 'nopreempt', 'interface eth0', 'virtual_router_id 100']
  expect(chosen(linesOf(pair({ addresses: { www } })), words)).toEqual([
    ...common,
    ...['priority 250', 'advert_int 1', 'unicast_src_ip 192.0.2.1'],
    ...['192.0.2.2 min_ttl 255 max_ttl 255', '192.0.2.100/24'],
  ])
  expect(chosen(linesOf(pair({ addresses: { www }, every: 0.2 }), lb2), words)).toEqual([
    ...common,
    ...['priority 249', 'advert_int 0.2', 'unicast_src_ip 192.0.2.2'],
    ...['192.0.2.1 min_ttl 255 max_ttl 255', '192.0.2.100/24'],
  ])
})

test('two addresses that are crossed: each is at home on one of them', () => {
  const addresses = {
    www1: { ...www, preferred: 'lb1' },
    www2: { address: '192.0.2.101/24', preferred: 'lb2' },
  }
  const words = /^(vrrp_instance|nopreempt|preempt_delay|virtual_router_id|priority)/
  expect(chosen(linesOf(pair({ addresses })), words)).toEqual([
    ...['vrrp_instance www1 {', 'preempt_delay 10', 'virtual_router_id 100', 'priority 254'],
    ...['vrrp_instance www2 {', 'preempt_delay 10', 'virtual_router_id 101', 'priority 250'],
  ])
})

test('an address of IPv6 is on the interface of its network, with peers of its kind', () => {
  const both = [lb1, lb2].map(({ name, address }, index) =>
    host(name, address, { fettle_addresses: [address, `2001:db8::${index + 1}`] }),
  ) as [HostView, HostView]
  const addresses = { www6: { address: '2001:db8::100/64' } }
  const site = siteOf(both.map((each) => [each, { addresses }] as const))
  expect(chosen(linesOf(site, both[0]), /^(interface|unicast_src_ip|2001|virtual_router_id)/)).toEqual([
    ...['interface eth1', 'virtual_router_id 1', 'unicast_src_ip 2001:db8::1'],
    ...['2001:db8::2 min_ttl 255 max_ttl 255', '2001:db8::100/64'],
  ])
})

test('the firewall lets in the signs of life of the others', () =>
  expect(
    keepalived.listens?.({ settings: KeepalivedSettings.parse({}), host: lb1, site: pair({ addresses: { www } }) }),
  ).toEqual([
    {
      ...{ port: 0, protocol: 'vrrp', from: { networks: ['192.0.2.2'] } },
      why: 'whether the others of "www" are there',
    },
  ]))

test.each<[string, SiteView, string]>([
  [
    'one priority for two',
    pair({ addresses: { www: { ...www, priorities: { lb1: 7, lb2: 7 } } } }),
    'lb1 and lb2 have one priority, 7, for the address "www"',
  ],
  [
    'two addresses with one number',
    pair({ addresses: { a: { ...www, router: 5 }, b: { address: '192.0.2.101/24', router: 5 } } }),
    '"a" and "b" have the number 5 both',
  ],
  [
    'one address under two names',
    pair({ addresses: { a: { ...www, router: 5 }, b: { ...www, router: 6 } } }),
    '"a" and "b" have the address 192.0.2.100 both',
  ],
  [
    'an address of another network',
    pair({ addresses: { www: { address: '198.51.100.1/24' } } }),
    'the address "www", 198.51.100.1, is in no network of lb1',
  ],
  [
    'a preferred host that is none of them',
    pair({ addresses: { www: { ...www, preferred: 'lb3' } } }),
    '"lb3" is preferred for the address "www", and does not have it by turns',
  ],
  [
    'different words on two hosts',
    pair({ addresses: { www } }, { addresses: { www: { address: '192.0.2.100/25' } } }),
    'lb1 and lb2 say different things of the address "www"',
  ],
  [
    'a host that balances nothing',
    { ...pair({ addresses: { www } }), health: () => [] },
    'lb1 is to have the address "www" as long as HAProxy serves there, and it has no role haproxy',
  ],
  [
    'a host of which only the name is known',
    siteOf([
      [lb1, { addresses: { www } }],
      [host('lb2', 'lb2.example.org'), { addresses: { www } }],
    ]),
    'lb2 may have the address "www", and its own IPv4 address is not known',
  ],
])('refused: %s', (_, site, message) =>
  expect(problemsIn(() => described(site)).map((problem) => problem.message)).toEqual([message]),
)

test.each([
  ['192.0.2.100', 'without a network'],
  ['192.0.2.300/24', 'that is none'],
])('%s is refused as an address: %s', (address) =>
  expect(KeepalivedSettings.safeParse({ addresses: { www: { address } } }).success).toBe(false),
)

test.each([
  [{ number: 200, length: 24 }, '192.0.2.200/24', 200],
  [{ number: 258, length: 16 }, '192.0.1.2/16', 2],
  [{ number: 5, length: 29 }, '192.0.2.5/29', 5],
])('an address by its number in the network of the hosts: %j', (address, expected, router) => {
  const settings = KeepalivedSettings.parse({ addresses: { www: { address } } })
  expect(keepalived.virtualAddresses?.({ settings, host: lb1, site: bareSite })).toMatchObject([
    { address: expected, router },
  ])
})

test('a number says nothing of a host whose network is not known', () => {
  const settings = KeepalivedSettings.parse({ addresses: { www: { address: { number: 200, length: 24 } } } })
  const named = host('lb3', 'lb3.example')
  expect(problemsIn(() => keepalived.virtualAddresses?.({ settings, host: named, site: bareSite }))).toMatchObject([
    { code: 'settings.invalid', host: 'lb3', hint: expect.stringContaining('fettle_addresses') },
  ])
})
