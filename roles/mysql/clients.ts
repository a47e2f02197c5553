import ipaddr from 'ipaddr.js'
import { addressesOf } from '../../engine/core/addresses.ts'
import { type Problem, throwAll } from '../../engine/core/error.ts'
import type { HostView, SiteView } from '../../engine/core/host.ts'
import { plainNetwork } from '../ufw/networks.ts'
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
  const throughBalancers = balancers === null ? [] : addressesIn(site.hosts(balancers))
  if ('networks' in from) return [...from.networks.map(pattern), ...throughBalancers]
  const clients = site.hosts(from.group)
  const isHere = clients.some(({ name }) => members.some((member) => member.name === name))
  return [...(isHere ? local : []), ...addressesIn(clients), ...throughBalancers]
}

/** Errors: `settings.invalid`. */
export const addressesIn = (hosts: readonly HostView[]): readonly string[] => {
  throwAll(hosts.filter((host) => addressesOf(host).length === 0).map(unknownAddress))
  return hosts.flatMap(addressesOf).map(plainNetwork)
}

const unknownAddress = ({ name, address }: HostView): Problem => ({
  code: 'settings.invalid',
  message: `${name} logs in to databases, and its address is not known`,
  detail: `the inventory reaches it by the name ${address}, and database servers here know no names`,
  hint: `add "fettle_addresses: [ADDRESS]" to ${name} in the inventory: where its connections come from`,
})

/** A network with its mask in full: both servers know that form. */
const pattern = (text: string): string => {
  const [address = '', length] = plainNetwork(text).split('/')
  return length === undefined ? address : `${address}/${ipaddr.IPv4.subnetMaskFromPrefixLength(Number(length))}`
}
