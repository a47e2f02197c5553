import { z } from 'zod'
import { secret } from '../../engine/core/secret-setting.ts'
import { From, identifier, network, port } from '../common-settings.ts'
import { duration, word } from './common-settings.ts'
import { Cookie, cookieClashes } from './cookie.ts'
import { LimitsSetting } from './limits.ts'
import { portClashes } from './ports.ts'
import { Metrics, Statistics } from './statistics-settings.ts'
import { Tls } from './tls-settings.ts'

const Route = z
  .strictObject({
    hosts: z.array(word).default([]).describe('Host names, whatever port a request names with them'),
    paths: z
      .array(word.startsWith('/'))
      .default([])
      .describe('Paths with all that is below: `/shop` is `/shop/cart`, too, and not `/shopping`'),
    backend: identifier.describe('Where matching requests go'),
  })
  .refine(({ hosts, paths }) => hosts.length + paths.length > 0, 'hosts, paths, or both')

const Frontend = z.strictObject({
  address: word.default('::').describe('Address it listens on; `::` is IPv4 and IPv6'),
  port: port.default(80).describe('Port it listens on'),
  backend: identifier.describe('Where requests go that no route matches'),
  routes: z.array(Route).default([]).describe('First match wins'),
  cautious: z
    .boolean()
    .default(true)
    .describe(
      'Browsers guess no types, show pages in frames of the same site alone, and tell others no paths; what an app says counts',
    ),
  tls: Tls.optional().describe('HTTPS as well; without it plain HTTP only'),
})

const Check = z.strictObject({
  path: word.default('/healthz').describe('Asked every second'),
  host: word.default('health.internal').describe('Its Host header'),
  status: z.int().default(200).describe('The answer of a healthy server'),
})

const Backend = z.strictObject({
  app: z.string().optional().describe('The instances of this app are its servers, and its health is their check'),
  group: z.string().optional().describe('The hosts of this inventory group are its servers, instead of an app'),
  port: port.default(80).describe('Their port, with `group`'),
  tls: z
    .boolean()
    .optional()
    .describe(
      'TLS to its servers, which must show a certificate of the site’s own authority for their name. Default: as its app speaks',
    ),
  balance: z
    .enum(['roundrobin', 'leastconn', 'source'])
    .default('leastconn')
    .describe('`roundrobin` in turn, `leastconn` to the least busy, `source` by client address (consistent hash)'),
  weights: z.record(z.string(), z.int().min(0).max(256)).default({}).describe('Weight of a host, by name; others 100'),
  check: Check.prefault({}).describe('How a server shows that it is healthy, with `group`'),
  cookie: Cookie.nullable()
    .default(null)
    .describe('Has clients come back to the server that they had: `{}`; null for not'),
})

const Database = z.strictObject({
  writerPort: port.default(3306).describe('Port for the server that takes writes'),
  readerPort: port.default(3307).describe('Port for servers that follow it, and for itself where none does'),
  from: From.describe('Who may connect: `{ group: NAME }` or `{ networks: [NETWORK] }`'),
  maxLag: z.int().min(1).max(86_400).default(10).describe('Seconds behind from which a server gets no readers'),
  idle: duration.default('8h').describe('Silence after which a connection ends'),
})

const Settings = z.strictObject({
  frontends: z.record(identifier, Frontend).default({}).describe('Where clients connect, by name'),
  backends: z.record(identifier, Backend).default({}).describe('Who answers them, by name'),
  databases: z.record(identifier, Database).default({}).describe('Database clusters that clients reach here, by name'),
  certificates: z
    .record(identifier, secret())
    .default({})
    .describe('Certificates of your own, by name: PEM of the key, the certificate and its chain'),
  maxConnections: z
    .int()
    .min(100)
    .optional()
    .describe('Default: 2,000 for each GiB of memory, as far as the host’s limit of open files allows'),
  timeouts: z
    .strictObject({
      connect: duration.default('5s').describe('To a server'),
      client: duration.default('30s').describe('Silence of a client'),
      server: duration.default('30s').describe('Silence of a server'),
      request: duration.default('10s').describe('Until a request head is complete'),
      queue: duration.default('10s').describe('Waiting for a free server'),
      keepAlive: duration.default('10s').describe('Idle between two requests'),
    })
    .prefault({})
    .describe('Limits in time'),
  maintenance: z
    .strictObject({
      allow: z.array(word).default([]).describe('Networks that get through all the same'),
      retryAfter: z.int().min(1).default(120).describe('Seconds after which clients are asked to come again'),
    })
    .prefault({})
    .describe('What `fettle maintenance on` does; the page is templates/haproxy/maintenance.html'),
  trustedProxies: z
    .array(network)
    .default([])
    .describe('Networks in front whose `X-Forwarded-For` names the real client; of others it is taken away'),
  limits: LimitsSetting,
  slowStart: duration.default('10s').describe('A returning server gets its full share after this'),
  hardStopAfter: duration.default('60s').describe('How long a reloaded process serves its open connections'),
  statsPort: port.nullable().default(8404).describe('Statistics page and `/metrics` on loopback; null for none'),
  stats: Statistics.nullable().default(null).describe('Statistics page for others, who log in; null for none'),
  metrics: Metrics.nullable().default(null).describe('`/metrics` for others, without the page; null for none'),
})

type Path = readonly (string | number)[]

/** Every place that names a backend, and the name. */
const namedBackends = ({ frontends }: z.output<typeof Settings>): readonly { path: Path; name: string }[] =>
  Object.entries(frontends).flatMap(([frontend, { backend, routes }]) => [
    { path: ['frontends', frontend, 'backend'], name: backend },
    ...routes.map((route, index) => ({
      path: ['frontends', frontend, 'routes', index, 'backend'],
      name: route.backend,
    })),
  ])

export const HaproxySettings = Settings.check(({ value, issues }) => {
  for (const [name, { app, group }] of Object.entries(value.backends))
    if ((app === undefined) === (group === undefined))
      issues.push({ code: 'custom', input: app, path: ['backends', name], message: 'either an app or a group' })
  const known = Object.keys(value.backends)
  for (const { path, name } of namedBackends(value)) {
    if (known.includes(name)) continue
    const message = `there is no backend "${name}"; there ${known.length === 1 ? 'is' : 'are'}: ${known.join(', ') || 'none'}`
    issues.push({ code: 'custom', input: name, path: [...path], message })
  }
  for (const { path, message } of [...cookieClashes(value.backends), ...portClashes(value)])
    issues.push({ code: 'custom', input: value, path: [...path], message })
})

export type HaproxySettings = z.output<typeof HaproxySettings>
