import { addressesOf } from './addresses.ts'
import type { CertificateRequest } from './certificate-request.ts'
import type { Position } from './error.ts'
import type { HostView } from './host.ts'
import type { Secret } from './secret.ts'

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

/** Where hosts have the certificate of the site's authority. */
export const authorityFile = '/etc/fettle/ca.pem'

/** Where they have those that it issued for programs. */
export const certificatesFolder = '/etc/fettle/certificates'

/** What others may call a host: its name in the inventory, and its addresses. */
export const namesOf = (host: HostView): readonly string[] => [
  ...new Set([host.name, host.address, ...addressesOf(host)]),
]
