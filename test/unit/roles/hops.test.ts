import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Declaration } from '../../../engine/core/resource.ts'
import { secretOf } from '../../../engine/core/secret.ts'
import { wantedCertificates } from '../../../engine/inventory/certificates.ts'
import { loadInventory, loadSite, resolveSite } from '../../../engine/inventory/index.ts'
import { loadTemplates } from '../../../engine/templates/templates.ts'
import { roles } from '../../../roles/index.ts'
import { facts } from '../converge/support/site.ts'
import { folderWith } from '../inventory/folder.ts'
import { problemsIn } from '../support/problems.ts'

const inventory = `
web: { hosts: { web1: { ansible_host: 192.0.2.11 }, web2: { ansible_host: 192.0.2.12 } } }
lb: { hosts: { lb1: { ansible_host: 192.0.2.1 } } }
`
const nginx = (sites: object) => ({ nginx: { sites } })
const site = (more: object = {}) => ({ port: 8443, root: '/srv/www/docs', ...more })
const balancer = (backend: object) => ({
  haproxy: { frontends: { web: { backend: 'shop' } }, backends: { shop: backend } },
})
const node = { command: 'node main.js', instances: 1 }
const app = (shop: object) => ({ app: { apps: { shop: { ...node, ...shop } } } })
const secured = { tls: true }
const docs = { group: 'web', port: 8443 }

const resolved = async (groups: object, hosts = inventory) => {
  const siteYml = JSON.stringify({ name: 'shop', groups })
  const folder = folderWith({ 'hosts.yml': hosts, 'site.yml': siteYml })
  const [said, there] = [await loadSite(join(folder, 'site.yml')), await loadInventory(join(folder, 'hosts.yml'))]
  return resolveSite({ site: said, inventory: there, roles, set: [] })
}

const { render } = loadTemplates([new URL('../../../templates', import.meta.url).pathname])
const authority = 'PEM of the authority'
const certificate = (name: string) => ({ key: secretOf(`key of ${name}`), certificate: `PEM of ${name}`, authority })

type Resolved = Awaited<ReturnType<typeof resolved>>

/** The declarations of all roles of a host, by key. */
const described = ({ hosts, view }: Resolved, name: string): ReadonlyMap<string, Declaration> => {
  const host = hosts.find((each) => each.view.name === name)
  const declared = (host?.roles ?? []).flatMap(({ role, settings }) =>
    role.resources({
      ...{ settings, host: { ...(host?.view ?? { name: '', address: '', groups: [], variables: {} }), facts } },
      ...{ site: view, render, certificate, authority: () => authority },
    }),
  )
  return new Map(declared.map((each) => [each.key, each]))
}

const specOf = (all: ReadonlyMap<string, Declaration>, key: string) =>
  (all.get(key)?.spec ?? {}) as { readonly content?: unknown; readonly owner?: string; readonly mode?: string }
const linesOf = (all: ReadonlyMap<string, Declaration>, path: string, pattern: RegExp): readonly string[] =>
  String(specOf(all, `file:${path}`).content)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => pattern.test(line))
const configuration = '/etc/haproxy/haproxy.cfg'
const listens = (all: ReadonlyMap<string, Declaration>, name: string) =>
  linesOf(all, `/etc/nginx/sites-enabled/${name}.conf`, /^listen /)
const requests = (all: Resolved) =>
  wantedCertificates(all.hosts, all.view).map(({ host, request }) => [host, request.name, request.names])

const verified = (host: string) =>
  `ssl ssl-min-ver TLSv1.2 verify required ca-file /etc/fettle/ca.pem verifyhost ${host} no-ssl-reuse`

describe('a balancer', () => {
  test('verifies each server of a group by the authority and the name of its host', async () => {
    const all = await resolved({ web: nginx({ docs: site(secured) }), lb: balancer({ ...docs, ...secured }) })
    const lb1 = described(all, 'lb1')
    expect(linesOf(lb1, configuration, /^server /)).toEqual([
      `server web1 192.0.2.11:8443 ${verified('web1')}`,
      `server web2 192.0.2.12:8443 ${verified('web2')}`,
    ])
    expect(lb1.get('file:/etc/fettle/ca.pem')).toMatchObject({
      spec: { content: authority },
      attachments: { reloads: ['haproxy.service'], validate: { name: 'haproxy' } },
    })
    expect(lb1.has('apt:openssl')).toBe(true)
  })

  test.each([{}, secured])('does so for an app that speaks TLS, with %o', async (word) => {
    const all = await resolved({ web: app(secured), lb: balancer({ app: 'shop', ...word }) })
    expect(linesOf(described(all, 'lb1'), configuration, /^server /)).toEqual([
      `server web1-3000 192.0.2.11:3000 ${verified('web1')}`,
      `server web2-3000 192.0.2.12:3000 ${verified('web2')}`,
    ])
  })

  test('without it knows no authority', async () => {
    const all = await resolved({ web: app({}), lb: balancer({ app: 'shop' }) })
    const lb1 = described(all, 'lb1')
    expect(linesOf(lb1, configuration, /^server /)[0]).toBe('server web1-3000 192.0.2.11:3000')
    expect(lb1.has('file:/etc/fettle/ca.pem')).toBe(false)
    expect(requests(all)).toEqual([])
  })

  test.each<[string, object, object, string, string]>([
    [
      'a host without a certificate',
      nginx({ docs: site() }),
      { ...docs, ...secured },
      'backend "shop" speaks TLS to web1, web2, which the site’s authority gives no certificate for that name',
      'say it for the site there',
    ],
    [
      'a host with a certificate for another name, and one for clients alone',
      { ca: { certificates: { a: { names: ['other.test'] }, b: { uses: ['client'] } } } },
      { ...docs, ...secured },
      'backend "shop" speaks TLS to web1, web2,',
      'ca: { certificates',
    ],
    [
      'an app that does not',
      app({}),
      { app: 'shop', ...secured },
      'backend "shop" speaks TLS, and the app "shop" does not on web1, web2',
      'say it for the app: shop: { tls: true }',
    ],
    [
      'an app that does, when it is not to',
      app(secured),
      { app: 'shop', tls: false },
      'backend "shop" is to speak plain HTTP, and the app "shop" takes TLS alone on web1, web2',
      'leave `tls` out: it follows from the app',
    ],
  ])('is refused: %s', async (_, web, backend, message, hint) => {
    const all = await resolved({ web, lb: balancer(backend) })
    expect(problemsIn(() => described(all, 'lb1'))).toMatchObject([
      { code: 'settings.invalid', message: expect.stringContaining(message), hint: expect.stringContaining(hint) },
    ])
  })

  test('is refused an app that speaks TLS on some hosts alone', async () => {
    const hosts = inventory.replace(
      'web2: { ',
      'web2: { app: { apps: { shop: { command: node main.js, tls: true } } }, ',
    )
    const all = await resolved({ web: app({}), lb: balancer({ app: 'shop' }) }, hosts)
    expect(problemsIn(() => described(all, 'lb1'))[0]?.message).toBe(
      'backend "shop" speaks TLS, and the app "shop" does not on web1',
    )
  })

  test('takes a certificate that a program of the user’s has', async () => {
    const all = await resolved({ web: { ca: { certificates: { own: {} } } }, lb: balancer({ ...docs, ...secured }) })
    expect(linesOf(described(all, 'lb1'), configuration, /^server /)).toHaveLength(2)
  })
})

describe('nginx', () => {
  test('shows one certificate at all ports that are to speak TLS, for the names of the host, and reloads for it', async () => {
    const all = await resolved({
      web: {
        ...nginx({ docs: site(secured), other: site({ port: 80 }) }),
        static: { apps: { pages: { port: 8444, ...secured } } },
      },
    })
    const web1 = described(all, 'web1')
    expect(listens(web1, 'docs')).toEqual(['listen 8443 ssl;', 'listen [::]:8443 ssl;'])
    expect(listens(web1, 'pages')).toEqual(['listen 8444 ssl;', 'listen [::]:8444 ssl;'])
    expect(listens(web1, 'other')).toEqual(['listen 80;', 'listen [::]:80;'])
    expect(linesOf(web1, '/etc/nginx/nginx.conf', /^ssl_certificate/)).toEqual([
      'ssl_certificate /etc/nginx/tls/server.pem;',
      'ssl_certificate_key /etc/nginx/tls/server.key;',
    ])
    for (const name of ['server.pem', 'server.key'])
      expect(web1.get(`file:/etc/nginx/tls/${name}`)?.attachments).toMatchObject({
        reloads: ['nginx.service'],
        validate: { name: 'nginx' },
      })
    expect(requests(all)).toEqual([
      ['web1', 'nginx', ['web1', '192.0.2.11']],
      ['web2', 'nginx', ['web2', '192.0.2.12']],
    ])
  })

  test('has none where it serves plain HTTP alone', async () => {
    const all = await resolved({ web: nginx({ docs: site() }) })
    const web1 = described(all, 'web1')
    expect(linesOf(web1, '/etc/nginx/nginx.conf', /^ssl_certificate/)).toEqual([])
    expect([...web1.keys()].filter((key) => key.includes('tls') || key.includes('/etc/fettle'))).toEqual([])
    expect(requests(all)).toEqual([])
  })

  test.each(['static', 'php'])('has one for releases of the role %s', async (role) => {
    const all = await resolved({ web: { nginx: {}, [role]: { apps: { shop: { port: 8080, ...secured } } } } })
    const web1 = described(all, 'web1')
    expect(listens(web1, 'shop')).toEqual(['listen 8080 ssl;', 'listen [::]:8080 ssl;'])
    expect(web1.has('file:/etc/nginx/tls/server.key')).toBe(true)
    expect(all.view.rotation('web1')).toMatchObject([{ app: 'shop', port: 8080, tls: true }])
  })

  test('is refused both on one port', async () => {
    const all = await resolved({
      web: { ...nginx({ docs: site({ port: 8080 }) }), static: { apps: { pages: { port: 8080, ...secured } } } },
    })
    expect(problemsIn(() => described(all, 'web1'))).toMatchObject([
      {
        code: 'settings.invalid',
        host: 'web1',
        message: 'app "pages" takes TLS alone on port 8080 of web1, where site "docs" takes plain HTTP',
      },
    ])
  })

  test('is asked by the host itself as balancers ask it', async () => {
    const all = await resolved({ web: nginx({ docs: site(secured), other: site({ port: 80 }) }) })
    expect(all.view.health('web1').flatMap((check) => ('http' in check ? [check.http] : []))).toEqual([
      'https://127.0.0.1:8443/healthz',
      'http://127.0.0.1:80/healthz',
    ])
  })
})

describe('an app that serves HTTPS', () => {
  test('is told where its certificate and its key are, which it alone may read, and restarts for others', async () => {
    const all = await resolved({ web: app({ ...secured, environment: { LEVEL: 'info' } }) })
    const web1 = described(all, 'web1')
    expect(linesOf(web1, '/etc/fettle/apps/shop.env', /=/)).toEqual([
      'TLS_CERTIFICATE="/etc/fettle/certificates/app-shop.pem"',
      'TLS_KEY="/etc/fettle/certificates/app-shop.key"',
      'LEVEL="info"',
    ])
    expect(specOf(web1, 'file:/etc/fettle/certificates/app-shop.key')).toMatchObject({ owner: 'shop', mode: '0400' })
    const keys = [...web1.keys()]
    for (const name of ['app-shop.key', 'app-shop.pem']) {
      const key = `file:/etc/fettle/certificates/${name}`
      expect(web1.get(key)?.attachments).toMatchObject({ restarts: ['shop@3000.service'] })
      expect(keys.indexOf(key)).toBeGreaterThan(keys.indexOf('user:shop'))
      expect(keys.indexOf(key)).toBeLessThan(keys.indexOf('service:shop@3000.service'))
    }
    expect(requests(all)).toEqual([
      ['web1', 'app-shop', ['web1', '192.0.2.11']],
      ['web2', 'app-shop', ['web2', '192.0.2.12']],
    ])
  })

  test('is in rotation so', async () => {
    const { view } = await resolved({ web: app(secured) })
    expect(view.rotation('web1')).toMatchObject([{ unit: 'shop@3000.service', tls: true }])
    expect(view.apps('web1')).toMatchObject([{ instances: [{ port: 3000, tls: true }] }])
  })
})
