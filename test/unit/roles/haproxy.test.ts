import { describe, expect, test } from 'vitest'
import type { DatabaseServer } from '../../../engine/core/database.ts'
import type { HostView, SiteView } from '../../../engine/core/host.ts'
import type { Instance } from '../../../engine/core/rotation.ts'
import { loadTemplates } from '../../../engine/templates/templates.ts'
import haproxy from '../../../roles/haproxy/index.ts'
import { HaproxySettings } from '../../../roles/haproxy/settings.ts'
import { facts } from '../converge/support/site.ts'
import { bareSite } from '../support/bare-site.ts'
import { problemsIn } from '../support/problems.ts'
import { noCertificates } from './no-certificates.ts'

const issuesOf = (settings: unknown) =>
  HaproxySettings.safeParse(settings).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)

test('every frontend and route leads to a backend that there is', () => {
  const backends = { app: { group: 'app' } }
  const routes = [
    { paths: ['/old'], backend: 'legacy' },
    { paths: ['/new'], backend: 'app' },
  ]
  expect(issuesOf({ backends, frontends: { web: { backend: 'app' } } })).toBeUndefined()
  expect(issuesOf({ backends, frontends: { web: { backend: 'ap', routes } } })).toEqual([
    'frontends.web.backend: there is no backend "ap"; there is: app',
    'frontends.web.routes.0.backend: there is no backend "legacy"; there is: app',
  ])
  expect(issuesOf({ frontends: { web: { backend: 'app' } } })).toEqual([
    'frontends.web.backend: there is no backend "app"; there are: none',
  ])
})

describe('the instances of an app as servers', () => {
  const host = (name: string, address: string): HostView => ({ name, address, groups: [], variables: {} })
  const [lb1, web1, web2] = [host('lb1', '192.0.2.1'), host('web1', '192.0.2.11'), host('web2', '2001:db8::12')]
  const health = { path: '/readyz', host: 'shop.test', status: 204, release: null, passes: 3, within: 60 }
  const instance = (app: string, port: number): Instance => ({ app, unit: `${app}@${port}.service`, port, health })
  const running: Readonly<Record<string, readonly Instance[]>> = {
    web1: [instance('shop', 3000), instance('shop', 3001), instance('blog', 4000)],
    web2: [instance('shop', 3000)],
  }
  const site: SiteView = {
    ...bareSite,
    hosts: () => [lb1, web1, web2],
    rotation: (name) => running[name] ?? [],
  }
  const settingsOf = (backend: object) =>
    HaproxySettings.parse({ frontends: { web: { backend: 'app' } }, backends: { app: backend } })
  const { render } = loadTemplates([new URL('../../../templates', import.meta.url).pathname])
  const configurationOf = (backend: object): string[] => {
    const settings = settingsOf(backend)
    const described = haproxy.resources({ settings, host: { ...lb1, facts }, site, render, ...noCertificates })
    const file = described.find(({ key }) => key === 'file:/etc/haproxy/haproxy.cfg')?.spec as { content: unknown }
    const lines = String(file.content).split('\n')
    return lines.map((line) => line.trim()).filter((line) => /^(server|http-check) /.test(line))
  }

  test('one each, with the check that the app wants', () => {
    expect(configurationOf({ app: 'shop', weights: { web2: 50 } })).toEqual([
      'http-check send meth GET uri /readyz ver HTTP/1.1 hdr Host shop.test',
      'http-check expect status 204',
      'server web1-3000 192.0.2.11:3000',
      'server web1-3001 192.0.2.11:3001',
      'server web2-3000 2001:db8::12:3000 weight 50',
    ])
  })

  test('are not cut off by upgrades at night', () => {
    const described = haproxy.resources({
      ...{ settings: settingsOf({ app: 'shop' }), host: { ...lb1, facts }, site, render, ...noCertificates },
    })
    const file = described.find(({ key }) => key === 'file:/etc/apt/apt.conf.d/61fettle-haproxy')?.spec
    const { content } = file as { content: unknown }
    const patterns = [...String(content).matchAll(/^ {2}"(.*)";$/gm)].map(([, pattern = '']) => new RegExp(pattern))
    const isLeft = (name: string) => patterns.some((pattern) => pattern.test(name))
    expect(['haproxy', 'keepalived', 'openssl', 'vim-haproxy'].filter(isLeft)).toEqual(['haproxy', 'keepalived'])
  })

  test('are the pools that a rollout drains', () => {
    expect(haproxy.pools?.({ settings: settingsOf({ app: 'blog' }), host: lb1, site })).toEqual([
      { backend: 'app', servers: [{ name: 'web1-4000', host: 'web1', address: '192.0.2.11', port: 4000 }] },
    ])
  })

  test('of an app that no host has', () => {
    expect(() => configurationOf({ app: 'shp' })).toThrowError(
      expect.objectContaining({
        problems: [
          expect.objectContaining({
            code: 'settings.invalid',
            message: 'backend "app" wants the app "shp", which no host of this inventory has',
            hint: 'did you mean "shop"?',
          }),
        ],
      }),
    )
  })

  test.each([
    ['neither', {}],
    ['both', { app: 'shop', group: 'web' }],
  ])('an app or a group, not %s', (_, backend) => {
    expect(issuesOf({ backends: { app: backend } })).toEqual(['backends.app: either an app or a group'])
  })
})

describe('a database cluster behind it', () => {
  const host = (name: string, address: string): HostView => ({ name, address, groups: [], variables: {} })
  const [lb1, db1, db2] = [host('lb1', '192.0.2.1'), host('db1', '192.0.2.11'), host('db2', '192.0.2.12')]
  const said = { cluster: 'main', port: 3310, checkPort: 9306, balancers: ['lb1'] } as unknown as DatabaseServer
  const siteWith = (more: Partial<DatabaseServer> = {}): SiteView => ({
    ...bareSite,
    hosts: () => [lb1, db1, db2],
    databases: (name) => (name === 'lb1' ? [] : [{ ...said, ...more }]),
  })
  const { render } = loadTemplates([new URL('../../../templates', import.meta.url).pathname])
  const settings = (name: string) =>
    HaproxySettings.parse({ databases: { [name]: { from: { group: 'web' }, maxLag: 5 } } })
  const described = (name: string, site: SiteView) =>
    haproxy.resources({ settings: settings(name), host: { ...lb1, facts }, site, render, ...noCertificates })

  const servers = ['server db1 192.0.2.11:3310 port 9306', 'server db2 192.0.2.12:3310 port 9306']

  test('has one place for writers, which asks who is the writer, and one for readers', () => {
    const file = described('main', siteWith()).find(({ key }) => key === 'file:/etc/haproxy/haproxy.cfg')
    const { content } = (file?.spec ?? {}) as { content?: unknown }
    const lines = String(content)
      .split('\n')
      .map((line) => line.trim())
    expect(lines.filter((line) => /^(bind|server|http-check send) /.test(line))).toEqual([
      'bind unix@/run/haproxy/alive.sock mode 666',
      'bind 127.0.0.1:8404',
      'bind :::3306 v4v6',
      'bind :::3307 v4v6',
      'http-check send meth GET uri-lf "/writer?epoch=%[str(main),map(/etc/haproxy/databases.map,0)]" ver HTTP/1.0',
      ...servers,
      'http-check send meth GET uri "/reader?lag=5" ver HTTP/1.0',
      ...servers,
    ])
  })

  test('is open to those who were said', () => {
    const topology = { settings: settings('main'), host: lb1, site: siteWith() }
    expect(haproxy.listens?.(topology).map(({ port, from }) => [port, from])).toEqual([
      [3306, { group: 'web' }],
      [3307, { group: 'web' }],
    ])
  })

  test('is one that there is, and that lets this balancer in', () => {
    expect(problemsIn(() => described('mian', siteWith()))).toMatchObject([
      { code: 'settings.invalid', hint: expect.stringContaining('main') },
    ])
    expect(problemsIn(() => described('main', siteWith({ balancers: ['lb2'] })))).toMatchObject([
      { code: 'settings.invalid', host: 'lb1', hint: 'name its group there: mysql: { balancers: GROUP }' },
    ])
  })
})
