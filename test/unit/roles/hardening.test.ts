import { describe, expect, test } from 'vitest'
import type { HostFacts, HostView, SiteView } from '../../../engine/core/host.ts'
import { loadTemplates } from '../../../engine/templates/templates.ts'
import { controls } from '../../../roles/hardening/controls.ts'
import hardening from '../../../roles/hardening/index.ts'
import { HardeningSettings } from '../../../roles/hardening/settings.ts'
import { facts } from '../converge/support/site.ts'
import { bareSite } from '../support/bare-site.ts'
import { problemsIn } from '../support/problems.ts'
import { noCertificates } from './no-certificates.ts'

const { render } = loadTemplates([new URL('../../../templates', import.meta.url).pathname])
const host = (name: string, address: string, variables: object = {}): HostView => ({
  ...{ name, address, groups: [], variables: { ...variables } },
})
const web1 = host('web1', '192.0.2.11', { fettle_management: ['198.51.100.0/28'] })
const others = [host('db1', '192.0.2.21'), host('named', 'named.example.org')]
const site: SiteView = { ...bareSite, hosts: () => [web1, ...others] }
const context = (settings: object = {}, more: Partial<HostFacts> = {}, view = web1, around = site) => ({
  settings: HardeningSettings.parse(settings),
  host: { ...view, facts: { ...facts, ...more } },
  site: around,
  render,
  ...noCertificates,
})
const described = (...args: Parameters<typeof context>) => hardening.resources(context(...args))
const keys = (...args: Parameters<typeof context>) => described(...args).map(({ key }) => key)
const said = (...args: Parameters<typeof context>) =>
  Object.fromEntries((hardening.hardening?.(context(...args)) ?? []).map(({ name, standing }) => [name, standing]))
const content = (path: string, ...args: Parameters<typeof context>): string => {
  const found = described(...args).find(({ key }) => key === `file:${path}`)?.spec
  return String((found as { content: unknown } | undefined)?.content)
}

describe('every control', () => {
  test('has a name of its own, a title and a reason', () => {
    expect(new Set(controls.map(({ name }) => name)).size).toBe(controls.length)
    for (const { name, title, why } of controls) {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/)
      expect([title.length, why.length].every((length) => length > 20)).toBe(true)
    }
  })

  test.each(controls.map(({ name }) => name))('%s is left out for a reason, with all that is only its own', (name) => {
    const all = { usbStorage: false, servicesOff: ['cups'] }
    const except = { [name]: 'not here' }
    expect(said({ ...all, except })[name]).toEqual({ is: 'excepted', reason: 'not here' })
    const gone = keys(all).filter((key) => !keys({ ...all, except }).includes(key))
    const standing = said(all)[name]
    expect(standing?.is).toBe('applies')
    expect(gone.length).toBeGreaterThan(0)
    expect(standing?.is === 'applies' && standing.keys).toEqual(expect.arrayContaining(gone))
  })

  test('goes by what the role describes', () => {
    for (const standing of Object.values(said()))
      if (standing.is === 'applies') expect(keys()).toEqual(expect.arrayContaining([...standing.keys]))
  })
})

describe('an exception', () => {
  test('needs a reason, and a control that there is', () => {
    for (const except of [{ banner: ' ' }, { banner: true }, { baner: 'we have none' }])
      expect(HardeningSettings.safeParse({ except }).success).toBe(false)
  })
})

describe('a container', () => {
  const container = { container: true }
  test('leaves to its machine what the kernel decides', () => {
    const machines = Object.entries(said({ usbStorage: false }, container)).flatMap(([name, { is }]) =>
      is === 'machine' ? [name] : [],
    )
    expect(machines).toEqual(controls.filter(({ machine }) => machine).map(({ name }) => name))
    expect(machines).toContain('audit-log')
    expect(
      keys({}, container).filter((key) => /^(sysctl:(kernel|fs|dev)|apt:auditd|file:\/etc\/modprobe)/.test(key)),
    ).toEqual([])
  })

  test('has a network of its own', () => {
    expect(keys({}, container)).toContain('sysctl:net.ipv4.conf.all.accept_redirects')
  })
})

test('what is only for who asks says how to ask', () => {
  expect(said()['usb-storage']).toEqual({ is: 'excepted', reason: 'only on request: hardening.usbStorage: false' })
  expect(keys({ servicesOff: ['cups', 'rpcbind.socket'] }).filter((key) => key.startsWith('service:'))).toEqual(
    expect.arrayContaining(['service:cups.service', 'service:rpcbind.socket']),
  )
})

test('settings of IPv6 are for hosts that have it', () => {
  const interfaces = [{ name: 'lo', addresses: ['::1/128'] }]
  const v6 = (more: Partial<HostFacts>) => keys({}, more).filter((key) => key.startsWith('sysctl:net.ipv6'))
  expect([v6({}).length, v6({ interfaces }).length]).toEqual([0, 4])
})

describe('bans', () => {
  const jail = '/etc/fail2ban/jail.local'
  const ignored = (...args: Parameters<typeof context>) =>
    /^ignoreip = (.*)$/m.exec(content(jail, ...args))?.[1]?.split(' ')
  const loopback = ['127.0.0.0/8', '::1']

  test('are never for who looks after the host, nor for hosts of the site', () => {
    expect(ignored()).toEqual([...loopback, '198.51.100.0/28', '192.0.2.11', '192.0.2.21'])
    const controlled = { ...site, controllers: () => [host('ctl', '203.0.113.7')] }
    expect(ignored({ bans: { never: ['2001:db8::0:1/64'] } }, {}, web1, controlled)).toEqual([
      ...[...loopback, '198.51.100.0/28', '203.0.113.7', '2001:db8::/64'],
      ...['192.0.2.11', '192.0.2.21'],
    ])
  })

  test('are in a table that is not that of ufw, and take hours and days', () => {
    const lines = content(jail, { bans: { tries: 3, minutes: 5 } }).split('\n')
    expect(lines).toEqual(
      expect.arrayContaining([
        'banaction = nftables[type=allports]',
        'maxretry = 3',
        'bantime = 5m',
        'bantime.maxtime = 10080m',
      ]),
    )
  })

  test.each([
    ['nobody says who looks after it', host('web1', '192.0.2.11'), undefined, 'settings.invalid'],
    ['we are none of them', web1, '203.0.113.99', 'firewall.lockout'],
    ['we are', web1, '198.51.100.3', undefined],
  ])('refused or not: %s', (_, view, from, code) => {
    const arrival = from === undefined ? null : { from, port: 22 }
    expect(problemsIn(() => described({}, { arrival }, view))[0]?.code).toBe(code)
  })
})

test('paths are no patterns to AIDE', () => {
  const lines = content('/etc/aide/aide.conf', {
    integrity: { also: ['/srv/www.example.org'], ignore: ['/etc/a+b'] },
  }).split('\n')
  expect(lines).toEqual(expect.arrayContaining(['/srv/www\\.example\\.org Watched', '!/etc/a\\+b(/.*)?$']))
})

test('the table in docs/hardening.md is that of the controls', async () => {
  const { readFile } = await import('node:fs/promises')
  const page = await readFile(new URL('../../../docs/hardening.md', import.meta.url), 'utf8')
  const rows = controls.map(
    ({ name, title, why, reference, machine }) =>
      `| \`${name}\`${machine ? ' (machine)' : ''} | ${title} | ${why} | ${reference ?? ''} |`,
  )
  const told = page.split('\n').filter((line) => /^\| `[a-z-]+`( \(machine\))? \| .* \| .* \| .* \|$/.test(line))
  expect(told).toEqual(rows)
})
