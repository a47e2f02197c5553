import { BlockList, isIP } from 'node:net'
import { addressesOf } from '../../core/addresses.ts'
import type { HostView } from '../../core/host.ts'
import type { OpenPort } from '../../core/listen.ts'

/** Stands for this machine, where the two ends of a connection are named. */
export const controller = 'controller'

/** A host that keeps out what it does not let in. */
export interface Walled {
  readonly host: HostView
  readonly ports: readonly OpenPort[]
  /** What `controller` means to it. */
  readonly management: readonly string[]
}

/** Who tries to connect: a host, or with null this machine. */
export type Source = HostView | null

export const nameOf = (source: Source): string => source?.name ?? controller

/**
 * Whether the description lets a source in that comes from one of these addresses; null where that cannot be told: this
 * machine's address is not known.
 */
export const mayReach = (
  source: Source,
  { from }: OpenPort,
  { management }: Walled,
  addresses = source ? addressesOf(source) : [],
): boolean | null => {
  if (from === 'everybody') return true
  if (from === 'controller') return source === null || isWithin(management, addresses)
  if ('networks' in from) return source === null ? null : isWithin(from.networks, addresses)
  return source?.groups.includes(from.group) ?? false
}

/** Whether one of the addresses is in one of the networks. */
export const isWithin = (networks: readonly string[], addresses: readonly string[]): boolean => {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', length] = network.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    list.addSubnet(address, Number(length ?? (family === 'ipv6' ? 128 : 32)), family)
  }
  return addresses.some((address) => list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4'))
}
