import { addressesOf } from '../../../engine/core/addresses.ts'
import type { Clients } from '../../../engine/core/database.ts'
import type { HostView, SiteView } from '../../../engine/core/host.ts'
import { contains } from '../../networks.ts'

/** Hosts that are not among those who may come. */
export const strangersTo = (clients: Clients, hosts: readonly HostView[], site: SiteView): readonly HostView[] => {
  if ('networks' in clients) {
    const isWithin = (address: string) => clients.networks.some((network) => contains(network, address))
    return hosts.filter((host) => !addressesOf(host).some(isWithin))
  }
  const known = new Set(site.hosts(clients.group).map(({ name }) => name))
  return hosts.filter(({ name }) => !known.has(name))
}

/** How to let these hosts in: by a group that all of them are in, where there is one. */
export const clientsOf = (hosts: readonly HostView[]): string => {
  const [first, ...others] = hosts
  const group = first?.groups.find((each) => others.every(({ groups }) => groups.includes(each)))
  return `from: ${group === undefined ? '{ networks: [NETWORK] }' : `{ group: ${group} }`}`
}
