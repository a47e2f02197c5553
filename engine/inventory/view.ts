import { FettleError } from '../core/error.ts'
import type { HostView, SiteView } from '../core/host.ts'
import { didYouMean } from '../core/suggest.ts'
import { connectionOf } from './check.ts'
import { type Host, hostsOf, type Inventory } from './model.ts'
import type { Site } from './site.ts'

/** A site without what its roles say: that needs settings, which are settled later. */
export type SiteHosts = Pick<SiteView, 'name' | 'environment' | 'hosts'>

/** The hosts of an inventory as roles see them. */
export interface Topology {
  readonly site: SiteHosts
  host(host: Host): HostView
}

export const viewOf = (site: Site, inventory: Inventory): Topology => {
  const views = new Map([...inventory.hosts.values()].map((host) => [host, hostView(host)] as const))
  const host = (each: Host): HostView => views.get(each) ?? hostView(each)
  return { host, site: siteView(site, inventory, host) }
}

const hostView = (host: Host): HostView => ({
  name: host.name,
  address: connectionOf(host).address,
  groups: host.membership.groups
    .map((group) => group.name)
    .filter((name) => name !== 'all')
    .sort(),
  variables: host.variables,
})

const siteView = (site: Site, inventory: Inventory, view: (host: Host) => HostView): SiteHosts => {
  const known = new Map<string, readonly HostView[]>()
  return {
    name: site.name,
    environment: inventory.environment,
    hosts: (name) => {
      const before = known.get(name)
      if (before) return before
      const group = inventory.groups.get(name)
      if (!group) throw unknownGroup(inventory, name)
      const views = hostsOf(group).map(view)
      known.set(name, views)
      return views
    },
  }
}

const unknownGroup = (inventory: Inventory, name: string): FettleError => {
  const hint = didYouMean(name, inventory.groups.keys())
  const message = `a role asks for the hosts of group "${name}", which ${inventory.path} does not have`
  return new FettleError({ code: 'settings.invalid', message, ...(hint && { hint }) })
}
