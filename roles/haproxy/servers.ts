import { FettleError } from '../../engine/core/error.ts'
import type { HostView } from '../../engine/core/host.ts'
import type { Topology } from '../../engine/core/role.ts'
import type { Instance, Pool, PoolServer } from '../../engine/core/rotation.ts'
import { didYouMean } from '../../engine/core/suggest.ts'
import type { HaproxySettings } from './settings.ts'

type Backend = HaproxySettings['backends'][string]
type Site = Pick<Topology<HaproxySettings>, 'site'>

interface Placed extends Instance {
  readonly on: HostView
}

/** Every instance in the inventory, whatever this run was limited to. */
export const placed = ({ site }: Site): readonly Placed[] =>
  site.hosts('all').flatMap((host) => site.rotation(host.name).map((instance) => ({ ...instance, on: host })))

/** Errors: `settings.invalid` where no host has the app. */
export const instancesOf = (context: Site, backend: string, app: string): readonly [Placed, ...Placed[]] => {
  const all = placed(context)
  const [first, ...rest] = all.filter((instance) => instance.app === app)
  if (first) return [first, ...rest]
  const known = [...new Set(all.map((instance) => instance.app))]
  throw new FettleError({
    code: 'settings.invalid',
    message: `backend "${backend}" wants the app "${app}", which no host of this inventory has`,
    hint: didYouMean(app, known) ?? `the apps are: ${known.join(', ') || 'none'}`,
  })
}

export const serversOf = (context: Site, name: string, { app, group, port }: Backend): readonly PoolServer[] => {
  if (app === undefined)
    return context.site
      .hosts(group ?? '')
      .map((host) => ({ name: host.name, host: host.name, address: host.address, port }))
  return instancesOf(context, name, app).map(({ on, port }) => ({
    name: `${on.name}-${port}`,
    host: on.name,
    address: on.address,
    port,
  }))
}

/** What shows that a server of the backend is healthy. */
export const checkOf = (context: Site, name: string, { app, check }: Backend): Backend['check'] => {
  if (app === undefined) return check
  const { path, host, status } = instancesOf(context, name, app)[0].health
  return { path, host, status }
}

export const poolsOf = (context: Topology<HaproxySettings>): readonly Pool[] =>
  Object.entries(context.settings.backends).map(([backend, settings]) => ({
    backend,
    servers: serversOf(context, backend, settings),
    ...(settings.cookie && { sticky: true }),
  }))
