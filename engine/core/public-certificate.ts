/** A certificate that a host gets from an authority which visitors trust, and renews by itself. */
export interface PublicCertificate {
  /** What the site calls it: small letters, digits, `-` and `_`. */
  readonly name: string
  /** The DNS names that it is good for, at least one. */
  readonly names: readonly string[]
}

/** Where a host shows a certificate to clients. */
export interface ShownCertificate {
  readonly certificate: string
  /** `::` for all of its addresses. */
  readonly address: string
  readonly port: number
}

/** Where a host that has such certificates keeps the programs which renew them and tell how they are. */
export const letsencryptPrograms = '/usr/local/lib/fettle/letsencrypt'
