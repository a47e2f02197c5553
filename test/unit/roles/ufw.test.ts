import { describe, expect, test } from 'vitest'
import type { HostView, SiteView } from '../../../engine/core/host.ts'
import type { OpenPort } from '../../../engine/core/listen.ts'
import { contains, isNetwork, plainNetwork } from '../../../roles/networks.ts'
import ufw from '../../../roles/ufw/index.ts'
import { saidNetworks } from '../../../roles/ufw/management.ts'
import { rulesOf } from '../../../roles/ufw/rules.ts'
import { UfwSettings } from '../../../roles/ufw/settings.ts'
import { facts } from '../converge/support/site.ts'
import { bareSite } from '../support/bare-site.ts'
import { problemsIn } from '../support/problems.ts'
import { noCertificates } from './no-certificates.ts'

const host = (name: string, address: string, variables: object = {}): HostView => ({
  name,
  address,
  groups: ['lb'],
  variables: { ...variables },
})
const web1 = host('web1', '192.0.2.11')
const lbs = [
  host('lb1', '192.0.2.1'),
  host('lb2', 'lb2.example.org', { fettle_addresses: ['192.0.2.2', '2001:db8::0:2'] }),
]

const siteOf = (ports: readonly OpenPort[], hosts: readonly HostView[] = lbs): SiteView => ({
  ...bareSite,
  hosts: () => hosts,
  listens: () => ports,
})
const open = (from: OpenPort['from'], change: Partial<OpenPort> = {}): OpenPort => ({
  port: 80,
  protocol: 'tcp',
  from,
  why: 'requests',
  role: 'nginx',
  ...change,
})
const briefly = (ports: readonly OpenPort[], site = siteOf(ports)) =>
  rulesOf(web1, site, ['10.0.0.7/8', '2001:db8:1::1']).map(
    (rule) => `${rule.port}/${rule.protocol} ${rule.from}: ${rule.comment}`,
  )

describe('what is let in', () => {
  test.each([
    [open('everybody'), ['80/tcp null: nginx: requests']],
    [open({ group: 'lb' }), ['192.0.2.1', '192.0.2.2', '2001:db8::2'].map((from) => `80/tcp ${from}: nginx: requests`)],
    [
      open('controller', { port: 22 }),
      ['10.0.0.0/8', '2001:db8:1::1'].map((from) => `22/tcp ${from}: nginx: requests`),
    ],
    [
      open({ networks: ['198.51.100.9/24'] }, { through: 90, protocol: 'udp' }),
      ['80:90/udp 198.51.100.0/24: nginx: requests'],
    ],
  ])('%o', (port, rules) => expect(briefly([port])).toEqual(rules))

  test('is said once where two roles say it', () => {
    const ports = [open('everybody'), open('everybody', { role: 'haproxy', why: 'frontend web' }), open('everybody')]
    expect(briefly(ports)).toEqual(['80/tcp null: nginx: requests; haproxy: frontend web'])
  })

  test('needs no rule for the host itself', () => {
    expect(briefly([open({ group: 'web' })], siteOf([open({ group: 'web' })], [web1]))).toEqual([])
  })

  test('cannot be told of hosts that are known by name alone, of all of them at once', () => {
    const hosts = [host('a', 'a.example.org'), host('b', '192.0.2.3'), host('c', 'c.example.org')]
    const refusal = problemsIn(() => briefly([open({ group: 'lb' })], siteOf([open({ group: 'lb' })], hosts)))
    expect(refusal.map(({ code, message }) => `${code} ${message}`)).toEqual(
      ['a', 'c'].map(
        (name) => `settings.invalid role "nginx" opens port 80 to ${name} of group "lb", whose address is not known`,
      ),
    )
    expect(refusal[0]?.hint).toContain('fettle_addresses: [ADDRESS]')
  })
})

describe('the way in', () => {
  const describing = (from: string | null, settings: object, variables: object = {}) =>
    ufw.resources({
      settings: UfwSettings.parse(settings),
      host: {
        ...web1,
        variables: { ...variables },
        facts: { ...facts, arrival: from === null ? null : { from, port: 2222 } },
      },
      site: siteOf([open('controller', { port: 22 }), open('controller', { port: 9100 }), open('everybody')]),
      render: () => '',
      ...noCertificates,
    })
  const management = (declarations: ReturnType<typeof describing>) =>
    declarations.flatMap(({ spec }) => (spec as { readonly management?: object }).management ?? [])[0]

  test('is kept open to where Fettle comes from, to the port it came through and all that is for it', () => {
    const declarations = describing('10.1.2.3', {}, { fettle_management: ['10.0.0.5/8'] })
    expect(management(declarations)).toEqual({ networks: ['10.0.0.0/8'], ports: [22, 2222, 9100] })
    expect(declarations.at(-1)?.attachments).toMatchObject({ guard: {}, validate: { name: 'ufw' } })
  })

  test('is kept open to hosts that Fettle runs on as well', () => {
    const site = { ...siteOf([]), controllers: () => [host('control1', '192.0.2.5')] }
    const settings = UfwSettings.parse({ managementNetworks: ['10.0.0.0/8'] })
    expect(saidNetworks({ settings, host: web1, site })).toEqual(['10.0.0.0/8', '192.0.2.5'])
    const unknown = { ...site, controllers: () => [host('control1', 'control1.example.org')] }
    expect(problemsIn(() => saidNetworks({ settings, host: web1, site: unknown }))).toMatchObject([
      { code: 'settings.invalid', message: expect.stringContaining('control1 runs jobs of Fettle') },
    ])
  })

  test('is what the settings say, where they say something', () => {
    const settings = { managementNetworks: ['192.0.2.0/24'] }
    expect(management(describing('192.0.2.9', settings, { fettle_management: ['10.0.0.0/8'] }))).toMatchObject({
      networks: ['192.0.2.0/24'],
    })
  })

  test.each([
    ['10.1.2.3', ['192.0.2.0/24', '2001:db8::/32']],
    ['192.0.3.1', ['192.0.2.0/24']],
    ['2001:db9::1', ['2001:db8::/32', '192.0.2.0/24']],
  ])('from %s is not through %j', (from, networks) => {
    expect(problemsIn(() => describing(from, {}, { fettle_management: networks }))).toMatchObject([
      {
        code: 'firewall.lockout',
        message: expect.stringContaining(`sees us come from ${from},`),
        detail: `management networks: ${networks.join(', ')}`,
        hint: expect.stringContaining(`"- ${from}"`),
      },
    ])
  })

  test('needs no proof where there is no connection', () =>
    expect(describing(null, {}, { fettle_management: '192.0.2.1' })).toHaveLength(2))

  test('must be said', () => {
    expect(problemsIn(() => describing('10.1.2.3', {}))).toMatchObject([
      { code: 'settings.invalid', hint: expect.stringContaining('fettle_management') },
    ])
  })
})

test('what it listens on is SSH, and what the settings add', () => {
  const settings = UfwSettings.parse({
    rules: [
      { port: 60, through: 61, why: 'a' },
      { port: 7, from: { group: 'lb' }, protocol: 'udp', why: 'b' },
    ],
  })
  const listening = host('web1', '192.0.2.1', { ansible_port: 2222 })
  expect(ufw.listens?.({ settings, host: listening, site: siteOf([]) })).toEqual([
    { port: 2222, protocol: 'tcp', from: 'controller', why: 'log-in' },
    { port: 60, through: 61, protocol: 'tcp', from: 'everybody', why: 'a' },
    { port: 7, protocol: 'udp', from: { group: 'lb' }, why: 'b' },
  ])
})

test('a range ends above its beginning', () => {
  const said = UfwSettings.safeParse({ rules: [{ port: 61, through: 61, why: 'a' }] })
  expect(said.error?.issues[0]?.message).toBe('`through` must be above `port`')
})

describe('networks', () => {
  test.each(['10.0.0.1', '10.0.0.0/8', 'fd00::/8', '::1', '0.0.0.0/0'])('%s is one', (text) =>
    expect(isNetwork(text)).toBe(true),
  )
  test.each(['10.1', '10.0.0.0/33', 'fd00::/129', 'example.org', 'fe80::1%eth0', '10.0.0.0/', ''])(
    '%j is none',
    (text) => expect(isNetwork(text)).toBe(false),
  )
  test.each([
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['10.1.2.3/32', '10.1.2.3'],
    ['FD00:0:0:0::5/64', 'fd00::/64'],
    ['2001:db8::0:1/128', '2001:db8::1'],
  ])('%s is written %s', (text, plain) => expect(plainNetwork(text)).toBe(plain))
  test.each([
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.1', '10.0.0.1', true],
    ['10.0.0.1', '10.0.0.2', false],
    ['10.0.0.0/8', '::ffff:10.0.0.1', true],
    ['fd00::/8', '10.0.0.1', false],
    ['0.0.0.0/0', 'fd00::1', false],
  ])('%s holds %s: %s', (network, address, holds) => expect(contains(network, address)).toBe(holds))
})
