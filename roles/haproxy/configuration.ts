import { authorityFile } from '../../engine/core/certificate.ts'
import { balancerMaps, challengeMap } from '../../engine/core/haproxy.ts'
import type { HostFacts } from '../../engine/core/host.ts'
import type { RoleContext } from '../../engine/core/role.ts'
import type { Text } from '../../engine/core/secret.ts'
import { cookieOf, cookieValue } from './cookie.ts'
import { databasesOf } from './databases.ts'
import { isHopTls } from './hops.ts'
import { limitsOf } from './limits.ts'
import { pages } from './pages.ts'
import { peersOf } from './peers.ts'
import { routeOf } from './routes.ts'
import { checkOf, serversOf } from './servers.ts'
import type { HaproxySettings } from './settings.ts'
import { statisticsOf } from './statistics.ts'
import { fileOf } from './tls.ts'

/** What clients see while a backend is in maintenance. */
export const maintenancePage = '/etc/haproxy/maintenance.html'

type Context = RoleContext<HaproxySettings>

/** As dev-sec and OWASP have them, but for what only an app can know. */
const cautiousHeaders = [
  { name: 'X-Content-Type-Options', value: 'nosniff' },
  { name: 'X-Frame-Options', value: 'SAMEORIGIN' },
  { name: 'Referrer-Policy', value: 'strict-origin-when-cross-origin' },
]

export const configuration = (context: Context): Text => {
  const { settings, host, render } = context
  return render('haproxy/haproxy.cfg', {
    maxconn: settings.maxConnections ?? connectionsFor(host.facts),
    hard_stop_after: settings.hardStopAfter,
    timeouts: settings.timeouts,
    slow_start: settings.slowStart,
    stats_port: settings.statsPort,
    maintenance: {
      page: maintenancePage,
      map: balancerMaps.maintenance,
      allow: settings.maintenance.allow,
      retry_after: settings.maintenance.retryAfter,
    },
    challenge_map: context.site.publicCertificates(host.name).length > 0 ? challengeMap : null,
    pages,
    trusted_proxies: settings.trustedProxies,
    limits: limitsOf(settings.limits, settings.trustedProxies),
    peers: peersOf(context),
    ...statisticsOf(context),
    frontends: frontendsOf(settings),
    promotions: balancerMaps.promotions,
    databases: databasesOf(context),
    backends: Object.entries(settings.backends).map(([name, backend]) => ({
      name,
      ...backend,
      check: checkOf(context, name, backend),
      authority: isHopTls(context, name, backend) ? authorityFile : null,
      cookie: cookieOf(name, backend),
      servers: serversOf(context, name, backend).map((server) => ({
        ...server,
        weight: backend.weights[server.host] ?? 100,
        cookie: cookieValue(name, server.name),
      })),
    })),
  })
}

const frontendsOf = (settings: HaproxySettings) =>
  Object.entries(settings.frontends).map(([name, frontend]) => ({
    name,
    ...frontend,
    routes: frontend.routes.map(routeOf),
    headers: frontend.cautious ? cautiousHeaders : [],
    tls: frontend.tls
      ? { ...frontend.tls, files: frontend.tls.certificates.map((each) => fileOf(settings, each)) }
      : null,
  }))

/**
 * A connection costs HAProxy about 33 KiB with both its buffers, and two files; the rest of the memory is left to
 * others, and some files to checks, listeners and logs.
 */
const connectionsFor = ({ memory, openFiles }: HostFacts): number => {
  const byMemory = Math.max(2000, Math.round(memory / 2 ** 30) * 2000)
  return Math.min(byMemory, Math.floor((openFiles - 500) / 2))
}
