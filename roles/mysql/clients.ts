import ipaddr from 'ipaddr.js'
import type { HostView, SiteView } from '../../engine/core/host.ts'
import { addressesIn } from '../addresses.ts'
import { plainNetwork } from '../networks.ts'
import type { MysqlSettings } from './settings.ts'

/** Where an account logs in from. */
export type From = MysqlSettings['users'][string]['from']

/** Its own host: over the socket, and over TCP. */
const local = ['localhost', '127.0.0.1']

/**
 * Hosts as servers know them: by address, since no name is looked up. Who comes through a balancer comes from there.
 * Errors: `settings.invalid`, for all hosts whose addresses are not known.
 */
export const hostsOf = (
  from: From,
  site: SiteView,
  { members, balancers }: { readonly members: readonly HostView[]; readonly balancers: string | null },
): readonly string[] => {
  if (!from) return local
  const throughBalancers = balancers === null ? [] : clientsIn(site.hosts(balancers))
  if ('networks' in from) return [...from.networks.map(pattern), ...throughBalancers]
  const clients = site.hosts(from.group)
  const isHere = clients.some(({ name }) => members.some((member) => member.name === name))
  return [...(isHere ? local : []), ...clientsIn(clients), ...throughBalancers]
}

/** Errors: `settings.invalid`. */
export const clientsIn = (hosts: readonly HostView[]): readonly string[] => addressesIn(hosts, 'logs in to databases')

/** A network with its mask in full: both servers know that form. */
const pattern = (text: string): string => {
  const [address = '', length] = plainNetwork(text).split('/')
  return length === undefined ? address : `${address}/${ipaddr.IPv4.subnetMaskFromPrefixLength(Number(length))}`
}
