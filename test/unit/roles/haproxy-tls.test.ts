import { expect, test } from 'vitest'
import { certificatesFor } from '../../../engine/converge/plan/certificates.ts'
import type { HostView, SiteView } from '../../../engine/core/host.ts'
import type { Role } from '../../../engine/core/role.ts'
import { secretOf } from '../../../engine/core/secret.ts'
import { loadTemplates } from '../../../engine/templates/templates.ts'
import haproxy from '../../../roles/haproxy/index.ts'
import { HaproxySettings } from '../../../roles/haproxy/settings.ts'
import letsencrypt from '../../../roles/letsencrypt/index.ts'
import { LetsencryptSettings } from '../../../roles/letsencrypt/settings.ts'
import pebble from '../../../roles/pebble/index.ts'
import { PebbleSettings } from '../../../roles/pebble/settings.ts'
import { facts } from '../converge/support/site.ts'
import { bareSite } from '../support/bare-site.ts'
import { problemsIn } from '../support/problems.ts'
import { noCertificates } from './no-certificates.ts'

const { render } = loadTemplates([new URL('../../../templates', import.meta.url).pathname])
const host = (name: string, address: string): HostView => ({ name, address, groups: [], variables: {} })
const [lb1, ca1] = [host('lb1', '192.0.2.1'), host('ca1', '192.0.2.9')]
const shop = { names: ['shop.test', 'www.shop.test'] }
const webWith = (tls: object) => ({ frontends: { web: { backend: 'app', tls } }, backends: { app: { group: 'web' } } })
const account = secretOf('1'.repeat(64))

interface Said {
  readonly balancer?: object
  readonly orders?: object
  /** No host is an authority for practice. */
  readonly alone?: true
}

/** A balancer that orders, and an authority for practice, as all others see them. */
const siteOf = ({
  balancer = webWith({ certificates: ['shop'] }),
  orders = { certificates: { shop } },
  alone,
}: Said) => {
  const site: SiteView = {
    ...bareSite,
    hosts: (group) => (group === 'web' ? [] : alone ? [lb1] : [lb1, ca1]),
    publicCertificates: (name) =>
      name === 'lb1' ? (letsencrypt.publicCertificates?.({ settings: ordersOf(orders), host: lb1, site }) ?? []) : [],
    shownCertificates: (name) =>
      name === 'lb1'
        ? (haproxy.shownCertificates?.({ settings: HaproxySettings.parse(balancer), host: lb1, site }) ?? [])
        : [],
    listens: (name) =>
      name === 'ca1'
        ? (pebble.listens?.({ settings: PebbleSettings.parse({}), host: ca1, site }) ?? []).map((each) => ({
            ...each,
            role: 'pebble',
          }))
        : [],
  }
  return site
}
const ordersOf = (orders: object) => LetsencryptSettings.parse({ account, ...orders })
const balancerOf = (said: Said, settings = said.balancer ?? webWith({ certificates: ['shop'] })) =>
  haproxy.resources({
    ...{ settings: HaproxySettings.parse(settings), host: { ...lb1, facts }, site: siteOf(said), render },
    ...noCertificates,
  })
const orderingOf = (said: Said) =>
  letsencrypt.resources({
    ...{ settings: ordersOf(said.orders ?? { certificates: { shop } }), host: { ...lb1, facts }, site: siteOf(said) },
    ...{ render, ...certificatesFor({ name: 'letsencrypt', certificates: () => [] } as unknown as Role, issued) },
  })
const issued = { authority: 'PEM of the site’s authority', certificates: new Map() }
type Described = ReturnType<typeof haproxy.resources>
const contentOf = (described: Described, key: string): string =>
  String((described.find((each) => each.key === key)?.spec as { content: unknown } | undefined)?.content)
const frontendOf = (described: Described): readonly string[] => {
  const [, rest = ''] = contentOf(described, 'file:/etc/haproxy/haproxy.cfg').split('\nfrontend web\n')
  const lines = rest.split('\n\n')[0]?.split('\n') ?? []
  return lines.map((line) => line.trim()).filter((line) => /^bind|return status| redirect |Strict-|^default/.test(line))
}
const configOf = (said: Said) => JSON.parse(contentOf(orderingOf(said), 'file:/etc/fettle/letsencrypt/config.json'))

test('a frontend with HTTPS answers challenges, and sends all else there', () =>
  expect(frontendOf(balancerOf({}))).toEqual([
    'bind :::80 v4v6',
    'bind :::443 v4v6 ssl crt /etc/haproxy/certificates/shop.pem alpn h2,http/1.1',
    expect.stringMatching(/^http-request return status 200 .* if !\{ ssl_fc \} \{ path_reg '/),
    'http-request redirect scheme https code 301 unless { ssl_fc }',
    'http-response set-header Strict-Transport-Security max-age=63072000 if { ssl_fc }',
    'default_backend app',
  ]))

test('another port, several certificates, neither sent there nor remembered', () => {
  const tls = { port: 8443, certificates: ['shop', 'own'], hsts: 0 }
  const own = { certificates: { own: secretOf('PEM') } }
  const of = (more: object) => {
    const balancer = { ...webWith({ ...tls, ...more }), ...own }
    return frontendOf(balancerOf({ balancer })).filter((line) => !line.includes('return status'))
  }
  const bind =
    'bind :::8443 v4v6 ssl crt /etc/haproxy/certificates/shop.pem crt /etc/haproxy/certificates/own.own.pem alpn h2,http/1.1'
  const moved =
    'http-request redirect location https://%[req.hdr(host),host_only]:8443%[pathq] code 301 unless { ssl_fc }'
  expect(of({})).toEqual(['bind :::80 v4v6', bind, moved, 'default_backend app'])
  expect(of({ redirect: false })).toEqual(['bind :::80 v4v6', bind, 'default_backend app'])
})

test('whoever orders no certificates answers no challenges', () => {
  const balancer = { ...webWith({ certificates: ['own'] }), certificates: { own: secretOf('PEM') } }
  expect(frontendOf(balancerOf({ balancer, orders: {} })).join()).not.toContain('return status')
})

test('a certificate that nobody gets is named, with those that there are', () =>
  expect(problemsIn(() => balancerOf({ balancer: webWith({ certificates: ['shp'] }) }))).toMatchObject([
    { code: 'settings.invalid', host: 'lb1', hint: 'did you mean "shop"?' },
  ]))

test('a certificate that nobody shows is named', () =>
  expect(problemsIn(() => orderingOf({ orders: { certificates: { shop, blog: shop, news: shop } } }))).toMatchObject([
    { message: 'lb1 is to get the certificate "blog", and no frontend of its balancer shows it' },
    { message: 'lb1 is to get the certificate "news", and no frontend of its balancer shows it' },
  ]))

test.each([
  [undefined, 'https://acme-v02.api.letsencrypt.org/directory', null, null],
  ['staging', 'https://acme-staging-v02.api.letsencrypt.org/directory', null, null],
  ['https://acme.example/dir', 'https://acme.example/dir', null, null],
  ['practice', 'https://192.0.2.9:14000/dir', '/etc/fettle/ca.pem', '192.0.2.1'],
])('%s as a directory', (directory, url, authority, at) =>
  expect(configOf({ orders: { certificates: { shop }, ...(directory && { directory }) } })).toMatchObject({
    ...{ host: 'lb1', directory: url, authority, ask: true, at, external: null, dns: null },
    certificates: { shop: { names: shop.names, file: '/etc/haproxy/certificates/shop.pem' } },
  }),
)

test('without an authority for practice nothing is ordered of it', () =>
  expect(
    problemsIn(() => orderingOf({ alone: true, orders: { directory: 'practice', certificates: { shop } } })),
  ).toMatchObject([{ code: 'settings.invalid', hint: 'give a host the role pebble, or leave `directory` out' }]))

test('what is secret is in files of root alone, and nowhere else', () => {
  const secrets = { external: { id: 'kid', key: secretOf('sesame-1') }, dns: { ...dns, secret: secretOf('sesame-2') } }
  const described = orderingOf({ orders: { certificates: { shop }, ...secrets } })
  const secret = described.filter(({ spec }) => JSON.stringify(spec).includes('(secret value)'))
  expect(secret.map(({ spec }) => [(spec as { path: string }).path, (spec as { mode: string }).mode])).toEqual(
    ['account.pem', 'external.key', 'dns.key'].map((name) => [`/etc/fettle/letsencrypt/${name}`, '0600']),
  )
  expect(JSON.stringify(described)).not.toContain('sesame')
})

const dns = { server: '192.0.2.53', zone: 'shop.test', key: 'fettle' }
const issuesOf = (settings: unknown) =>
  LetsencryptSettings.safeParse({ account, ...(settings as object) }).error?.issues.map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  )

test.each<[string, object, readonly string[]]>([
  [
    'a wildcard over HTTP',
    { certificates: { shop: { names: ['*.shop.test'] } } },
    ['certificates.shop.names: *.shop.test can be proven in the DNS alone: it needs the setting dns'],
  ],
  [
    'names that are none',
    { certificates: { shop: { names: ['Shop.test', 'https://shop.test', '192.0.2.1', 'shop'] } } },
    [0, 1, 2, 3].map((at) => `certificates.shop.names.${at}: a DNS name in small letters, such as www.shop.example`),
  ],
  [
    'a directory without TLS',
    { directory: 'http://acme.example/' },
    ['directory: an address that begins with https://'],
  ],
])('refused: %s', (_, settings, issues) => expect(issuesOf(settings)).toEqual(issues))

test('a wildcard in the DNS is taken', () =>
  expect(
    issuesOf({ certificates: { shop: { names: ['*.shop.test'] } }, dns: { ...dns, secret: account } }),
  ).toBeUndefined())
