import type { HostFacts } from '../../engine/core/host.ts'
import type { RoleContext } from '../../engine/core/role.ts'
import type { HaproxySettings } from './settings.ts'

type Context = RoleContext<HaproxySettings>

export const configuration = (context: Context): string => {
  const { settings, host, render } = context
  return render('haproxy/haproxy.cfg', {
    maxconn: settings.maxConnections ?? connectionsFor(host.facts),
    hard_stop_after: settings.hardStopAfter,
    timeouts: settings.timeouts,
    slow_start: settings.slowStart,
    stats_port: settings.statsPort,
    frontends: Object.entries(settings.frontends).map(([name, frontend]) => ({
      name,
      ...frontend,
      routes: frontend.routes.map((route, index) => ({ ...route, acl: `route${index + 1}` })),
    })),
    backends: Object.entries(settings.backends).map(([name, backend]) => ({
      name,
      ...backend,
      servers: servers(context, backend),
    })),
  })
}

/**
 * A connection costs HAProxy about 33 KiB with both its buffers, and two files; the rest of the memory is left to
 * others, and some files to checks, listeners and logs.
 */
const connectionsFor = ({ memory, openFiles }: HostFacts): number => {
  const byMemory = Math.max(2000, Math.round(memory / 2 ** 30) * 2000)
  return Math.min(byMemory, Math.floor((openFiles - 500) / 2))
}

const servers = ({ site }: Context, { group, port, weights }: HaproxySettings['backends'][string]) =>
  site.hosts(group).map((host) => ({ name: host.name, address: host.address, port, weight: weights[host.name] ?? 100 }))
