/** `vrrp` has no ports. */
export type Protocol = 'tcp' | 'udp' | 'vrrp'

/** A port, or several in a row, that a role opens, and who may reach it. */
export interface Listen {
  /** 0 where the protocol knows none. */
  readonly port: number
  /** The last of several in a row. Default: `port` alone. */
  readonly through?: number
  readonly protocol: Protocol
  /** `everybody`; `controller`, from the management networks; the hosts of a group; or networks as `10.0.0.0/8`. */
  readonly from: 'everybody' | 'controller' | { readonly group: string } | { readonly networks: readonly string[] }
  readonly why: string
}

/** How the comment of a rule begins that Fettle made in a firewall. */
export const ownComment = 'fettle: '

/** What a host listens on, and the role that said so. */
export interface OpenPort extends Listen {
  readonly role: string
}
