/** Which end of a connection shows a certificate. */
export type CertificateUse = 'server' | 'client'

/** What a role asks the authority of the site for. */
export interface CertificateRequest {
  /** Small letters, digits and hyphens; no other certificate of the host has it. */
  readonly name: string
  /** The DNS names and IP addresses that it is good for, at least one. The first is its common name as well. */
  readonly names: readonly string[]
  /** Default: both. */
  readonly uses?: readonly CertificateUse[]
}
