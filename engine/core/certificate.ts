import { addressesOf } from './addresses.ts'
import type { Position } from './error.ts'
import type { HostView } from './host.ts'
import type { Secret } from './secret.ts'

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

/** What the authority of the site has issued, as PEM. */
export interface Certificate {
  /** The private key, PKCS #8. */
  readonly key: Secret
  readonly certificate: string
  /** The authority's own certificate. */
  readonly authority: string
}

/** All that the authority has for one host. */
export interface IssuedToHost {
  readonly authority: string
  /** By name: those that the host's roles ask for. */
  readonly certificates: ReadonlyMap<string, Certificate>
}

/** A certificate that a role of a host asks for, before it is looked for. */
export interface WantedCertificate {
  readonly host: string
  readonly role: string
  readonly request: Required<CertificateRequest>
  /** Where the site gives the role to the host. */
  readonly position: Position
}

/** What others may call a host: its name in the inventory, and its addresses. */
export const namesOf = (host: HostView): readonly string[] => [
  ...new Set([host.name, host.address, ...addressesOf(host)]),
]
