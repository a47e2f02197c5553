import type { OpenPort } from '../engine/core/listen.ts'
import { controller, mayReach, nameOf, type Walled } from '../engine/rollout/reach/walled.ts'
import type { OpenSite } from './site.ts'

/** One line of the matrix. */
export interface Opening extends OpenPort {
  readonly host: string
  /** Names of hosts, and `controller`. */
  readonly who: readonly string[]
  /** Without a firewall, everybody may reach it. */
  readonly enforced: boolean
}

export const openingsOf = (site: OpenSite, walledHosts: readonly Walled[]): readonly Opening[] => {
  const walled = new Map(walledHosts.map((each) => [each.host.name, each]))
  return site.hosts.flatMap(({ view }) =>
    site.resolved.view.listens(view.name).map((open) => ({
      host: view.name,
      ...open,
      who: whoMay(open, walled.get(view.name) ?? { host: view, ports: [], management: [] }, site),
      enforced: walled.has(view.name),
    })),
  )
}

const whoMay = (open: OpenPort, to: Walled, { resolved }: OpenSite): readonly string[] => {
  if (open.from === 'everybody') return []
  const others = resolved.hosts.map(({ view }) => view).filter(({ name }) => name !== to.host.name)
  const hosts = others.filter((host) => mayReach(host, open, to)).map(nameOf)
  return open.from === 'controller' ? [controller, ...hosts] : hosts
}
