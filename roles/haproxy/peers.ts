import type { HostView } from '../../engine/core/host.ts'
import type { Listen } from '../../engine/core/listen.ts'
import type { Topology } from '../../engine/core/role.ts'
import { addressesIn } from '../addresses.ts'
import type { HaproxySettings } from './settings.ts'

type Context = Topology<HaproxySettings>

/** The other balancers that have a backend in common with this one: what floods one may flood the other. */
const others = ({ host, site, settings }: Context): readonly HostView[] => {
  const own = new Set(Object.keys(settings.backends))
  return site
    .hosts('all')
    .filter(({ name }) => name !== host.name && site.pools(name).some(({ backend }) => own.has(backend)))
}

const does = 'tells other balancers what it counts'

/** Whom this one tells how many requests it counts: also itself, for so a process that is reloaded tells the next one. */
export const peersOf = (context: Context) => {
  const { host, settings } = context
  if (settings.limits.requests === null) return null
  const shared = settings.limits.shared ? others(context) : []
  return {
    self: host.name,
    port: settings.limits.port,
    address: shared.length > 0 ? '::' : '127.0.0.1',
    others: shared.map((other) => ({ name: other.name, address: addressesIn([other], does)[0] })),
  }
}

/** Only to those others is the port open. */
export const peerListens = (context: Context): readonly Listen[] => {
  const { requests, shared, port } = context.settings.limits
  const networks = requests !== null && shared ? addressesIn(others(context), does) : []
  return networks.length === 0 ? [] : [{ port, protocol: 'tcp', from: { networks }, why: 'what other balancers count' }]
}
