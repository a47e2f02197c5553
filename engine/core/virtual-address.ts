/** An address that moves between hosts, of which one has it at a time. */
export interface VirtualAddress {
  /** `www`; the hosts that say the same name have it by turns. */
  readonly name: string
  /** With prefix length: `192.0.2.10/24`. */
  readonly address: string
  /** Tells the elections of one network apart: 1 to 255. */
  readonly router: number
  /** The host that takes it back whenever it is well; null where whoever has it keeps it. */
  readonly preferred: string | null
  /** Of the hosts that are well, the one with the greatest becomes its holder: 1 to 254. Null for by the inventory's order. */
  readonly priority: number | null
  /** Seconds from one sign of life of its holder to the next: others take it when three of them are missing. */
  readonly every: number
}

/** It without the length of its network's prefix. */
export const plainAddress = ({ address }: Pick<VirtualAddress, 'address'>): string => address.replace(/\/\d+$/, '')

/**
 * Where a host has for each address `NAME`: anything but 0 in it, and the host does not have it; and `NAME.state`, how it stands in
 * the words of keepalived. Gone with a reboot.
 */
export const addressFiles = '/run/fettle-addresses'
