import { addressesOf, bracketed } from '../../engine/core/addresses.ts'
import { type Problem, throwAll } from '../../engine/core/error.ts'
import type { HostView, SiteView } from '../../engine/core/host.ts'
import type { OpenPort } from '../../engine/core/listen.ts'
import type { Topology } from '../../engine/core/role.ts'
import type { Alert, Watch } from '../../engine/core/watch.ts'
import { contains } from '../networks.ts'
import type { PrometheusSettings } from './settings.ts'

type Context = Topology<PrometheusSettings>

/** One place where figures are. */
export interface Target {
  readonly host: HostView
  readonly watch: Watch
}

/** Errors: `settings.invalid`, for all hosts that would not let this one read their figures. */
export const targetsOf = ({ settings, host, site }: Context): readonly Target[] => {
  const targets = site
    .hosts(settings.watches)
    .flatMap((watched) => site.watch(watched.name).map((watch) => ({ host: watched, watch })))
  throwAll(targets.filter((target) => !isLetIn(host, target, site)).map((target) => shutOut(host, target)))
  return targets
}

/** Those of one name are one. */
export const alertsOf = (targets: readonly Target[]): readonly Alert[] => [
  ...new Map(targets.flatMap(({ watch }) => watch.alerts.map((alert) => [alert.name, alert] as const))).values(),
]

/** As Prometheus asks for it: by address, of which the first is the one that others come to. */
export const endpointOf = ({ host, watch }: Target): string =>
  `${bracketed(addressesOf(host)[0] ?? host.address)}:${watch.port}`

const isLetIn = (me: HostView, { host, watch }: Target, site: SiteView): boolean =>
  me.name === host.name || site.listens(host.name).some((open) => open.port === watch.port && lets(open, me, site))

const lets = ({ from }: OpenPort, me: HostView, site: SiteView): boolean => {
  if (from === 'everybody') return true
  if (from === 'controller') return false
  if ('group' in from) return site.hosts(from.group).some(({ name }) => name === me.name)
  return addressesOf(me).every((address) => from.networks.some((network) => contains(network, address)))
}

const shutOut = (me: HostView, { host, watch }: Target): Problem => ({
  code: 'settings.invalid',
  message: `${me.name} is to read the figures of ${host.name} (${watch.job}, port ${watch.port}), which does not let it in`,
  hint: `say "metrics: { from: { group: GROUP } }" of ${host.name} with a group that ${me.name} is in`,
})
