import { expect, test } from 'vitest'
import type { HostView, SiteView } from '../../../engine/core/host.ts'
import { isSecret, secretOf } from '../../../engine/core/secret.ts'
import { loadTemplates } from '../../../engine/templates/templates.ts'
import { cookieValue } from '../../../roles/haproxy/cookie.ts'
import haproxy from '../../../roles/haproxy/index.ts'
import { HaproxySettings } from '../../../roles/haproxy/settings.ts'
import { facts } from '../converge/support/site.ts'
import { bareSite } from '../support/bare-site.ts'
import { problemsIn } from '../support/problems.ts'
import { noCertificates } from './no-certificates.ts'

const password = () => secretOf('swordfish')
const app = { group: 'web' }
const web = { backend: 'app' }
const usual = { frontends: { web }, backends: { app } }

test.each<[string, object, readonly string[]]>([
  [
    'a route to everything',
    { frontends: { web: { ...web, routes: [web] } } },
    ['frontends.web.routes.0: hosts, paths'],
  ],
  ['half a path', { frontends: { web: { ...web, routes: [{ ...web, paths: ['shop'] }] } } }, ['routes.0.paths.0: Inv']],
  ['a cookie that is no name', { backends: { app: { ...app, cookie: { name: 'a b' } } } }, ['cookie.name: letters']],
  ['no lifetime', { backends: { app: { ...app, cookie: { lifetime: '0s' } } } }, ['cookie.lifetime: a time such']],
  ['less than a second', { backends: { app: { ...app, cookie: { lifetime: '90ms' } } } }, ['cookie.lifetime: a time']],
  [
    'two cookies of one name',
    { backends: { app: { ...app, cookie: {} }, old: { ...app, cookie: { name: 'server-app' } } } },
    ['backends.old.cookie: "app" has a cookie "server-app", too'],
  ],
  ['a proxy by its name', { trustedProxies: ['cdn.example'] }, ['trustedProxies.0: an address or a network']],
  ['all of a network', { trustedProxies: ['10.0.0.0/33'] }, ['trustedProxies.0: an address or a network']],
  ['no requests at all', { limits: { requests: 0 } }, ['limits.requests: Too small']],
  ['half a connection', { limits: { connections: 0.5 } }, ['limits.connections: Invalid input']],
  ['a period of nothing', { limits: { period: '0s' } }, ['limits.period: a time such as']],
  ['an exempt name', { limits: { exempt: ['office'] } }, ['limits.exempt.0: an address or a network']],
  ['statistics for nobody', { stats: { password: password() } }, ['stats.from: Invalid input']],
  ['statistics without a password', { stats: { from: { group: 'ops' } } }, ['stats.password: expected a secret']],
  ['two users', { stats: { from: { group: 'ops' }, user: 'a b', password: password() } }, ['stats.user: one word']],
  ['metrics for no network', { metrics: { from: { networks: [] } } }, ['metrics.from.networks: Too small']],
  [
    'a port of two',
    { metrics: { from: { group: 'ops' }, port: 80 }, statsPort: 8407, limits: { requests: 1 } },
    ['metrics.port: frontends.web.port is 80, too', 'limits.port: statsPort is 8407, too'],
  ],
])('refused: %s', (_, settings, said) => {
  const { error } = HaproxySettings.safeParse({ ...usual, ...settings })
  const issues = error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? []
  expect(issues).toEqual(said.map((words) => expect.stringContaining(words)))
})

const hostNamed = (name: string, address: string, variables = {}): HostView => ({
  name,
  address,
  groups: [],
  variables,
})
const [lb1, lb2, ops] = [hostNamed('lb1', '192.0.2.1'), hostNamed('lb2', '192.0.2.2'), hostNamed('ops', '192.0.2.9')]
const [web1, other] = [hostNamed('web1', '192.0.2.11'), hostNamed('other', '192.0.2.8')]

const siteWith = (balancer = lb2): SiteView => ({
  ...bareSite,
  hosts: (group) => ({ all: [lb1, balancer, ops, web1, other], ops: [ops], web: [web1] })[group] ?? [],
  pools: (name) => {
    const backend = { lb1: 'app', lb2: 'app', other: 'elsewhere' }[name]
    return backend ? [{ backend, servers: [] }] : []
  },
})

const { render } = loadTemplates([new URL('../../../templates', import.meta.url).pathname])

const describedBy = (settings: object, site = siteWith()) =>
  haproxy.resources({
    settings: HaproxySettings.parse({ ...usual, ...settings }),
    ...{ host: { ...lb1, facts }, site, render, ...noCertificates },
  })

const contentOf = (described: ReturnType<typeof describedBy>, path: string): unknown =>
  (described.find(({ key }) => key === `file:${path}`)?.spec as { content?: unknown } | undefined)?.content

const linesOf = (settings: object, site?: SiteView): readonly string[] =>
  String(contentOf(describedBy(settings, site), '/etc/haproxy/haproxy.cfg'))
    .split('\n')
    .map((line) => line.trim())

const listensOf = (settings: object, site = siteWith()) =>
  haproxy
    .listens?.({ settings: HaproxySettings.parse({ ...usual, ...settings }), host: lb1, site })
    .filter(({ port }) => port !== 80)
    .map(({ port, from }) => [port, from])

test('limits, cookies, statistics for others: nothing of them unless it is asked for', () => {
  const lines = linesOf({})
  expect(lines.filter((line) => /cookie|stick|track|peer|fettle\.|auth|429 if/.test(line))).toEqual([])
  expect(listensOf({})).toEqual([])
})

test('what a path is: itself and what is below it', () => {
  const routes = [{ hosts: ['Shop.Test'], paths: ['/shop', '/old/', '/'], backend: 'app' }]
  const lines = linesOf({ frontends: { web: { ...web, routes } } })
  expect(lines.filter((line) => line.startsWith('acl route'))).toEqual([
    'acl route1_host req.hdr(host),host_only,lower -m str -- shop.test',
    'acl route1_host req.hdr(host),host_only,lower -m str -- shop.test.',
    'acl route1_path path -m str -- /shop',
    'acl route1_path path_beg -- /shop/',
    'acl route1_path path_beg -- /old/',
    'acl route1_path path_beg -- /',
  ])
})

test('a cookie says the same of a server on every balancer, and no name', () => {
  const lines = linesOf({ backends: { app: { ...app, cookie: { lifetime: '8h' } } } })
  expect(lines).toContain('cookie server-app insert indirect nocache httponly maxlife 8h')
  expect(lines).toContain(`server web1 192.0.2.11:80 cookie ${cookieValue('app', 'web1')}`)
  expect(cookieValue('app', 'web1')).toMatch(/^[0-9a-f]{12}$/)
  expect(cookieValue('app', 'web1')).not.toBe(cookieValue('app', 'web2'))
})

test('balancers of the same backends tell each other what they count, and nobody else', () => {
  const limits = { requests: 100 }
  const section = (lines: readonly string[]) => lines.slice(lines.indexOf('peers fettle')).slice(1, 4)
  expect(section(linesOf({ limits }))).toEqual(['bind :::8407 v4v6', 'server lb1', 'server lb2 192.0.2.2:8407'])
  expect(listensOf({ limits })).toEqual([[8407, { networks: ['192.0.2.2'] }]])
  const alone = { limits: { ...limits, shared: false } }
  expect(section(linesOf(alone))).toEqual(['bind 127.0.0.1:8407', 'server lb1', ''])
  expect(listensOf(alone)).toEqual([])
})

test('another balancer whose address is not known', () => {
  const unknown = siteWith(hostNamed('lb2', 'lb2.example'))
  expect(problemsIn(() => linesOf({ limits: { requests: 100 } }, unknown))).toMatchObject([
    { code: 'settings.invalid', hint: expect.stringContaining('fettle_addresses') },
  ])
  expect(linesOf({ limits: { connections: 9 } }, unknown)).toContain(
    'tcp-request connection reject if { sc0_conn_cur(fettle.connections) gt 18 }',
  )
})

test('a proxy that is trusted is not counted as a client', () => {
  const lines = linesOf({ trustedProxies: ['198.51.100.0/24'], limits: { requests: 9, connections: 9 } })
  expect(lines).toContain('acl exempt var(txn.client) -m ip -- 198.51.100.0/24')
  expect(lines).toContain('acl exempt_connection src -- 198.51.100.0/24')
})

test('statistics for others: to whom it was said, the password in no file that others read', () => {
  const settings = {
    stats: { from: { networks: ['198.51.100.0/24'] }, password: password() },
    metrics: { from: { group: 'ops' } },
  }
  expect(listensOf(settings)).toEqual([
    [8406, { networks: ['198.51.100.0/24'] }],
    [8405, { group: 'ops' }],
  ])
  const lines = linesOf(settings)
  expect(lines.filter((line) => line.startsWith('acl known'))).toEqual([
    'acl known src -- 198.51.100.0/24',
    'acl known src -- 192.0.2.9',
  ])
  const described = describedBy(settings)
  expect(isSecret(contentOf(described, '/etc/haproxy/stats-password'))).toBe(true)
  expect(isSecret(contentOf(described, '/etc/haproxy/haproxy.cfg'))).toBe(false)
})

test('pages say how long they are, are not kept, and say when to come again', () => {
  const described = describedBy({ limits: { requests: 9, period: '2m' } })
  const page = (status: number) => String(contentOf(described, `/etc/haproxy/pages/${status}.http`)).split('\r\n\r\n')
  for (const status of [400, 403, 408, 429, 500, 502, 503, 504]) {
    const [head = '', body = ''] = page(status)
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} [A-Z]`))
    expect(head.split('\r\n')).toEqual(
      expect.arrayContaining(['Cache-Control: no-store', `Content-Length: ${Buffer.byteLength(body)}`]),
    )
    expect(body).toMatch(/^<!doctype html>.*<\/html>\n$/s)
  }
  expect(page(429)[0]).toContain('Retry-After: 120')
  expect(page(503)[0]).not.toContain('Retry-After')
})
