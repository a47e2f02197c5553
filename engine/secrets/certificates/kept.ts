import { X509Certificate } from 'node:crypto'
import type { CertificateUse } from '../../core/certificate-request.ts'
import type { Entries, Entry } from '../entries.ts'
import { trouble } from '../trouble.ts'
import { namesIn } from './names.ts'

/** The entry of the authority itself. */
export const authorityEntry = 'ca.authority'

/** The entry of a certificate of a host: `ca.db1.mysql`. */
export const entryOf = (host: string, name: string): string => `ca.${host.replaceAll(':', '-')}.${name}`

/** A certificate as it is kept, with what it says. */
export interface Kept {
  readonly key: string
  readonly certificate: string
  readonly x509: X509Certificate
  readonly names: readonly string[]
  readonly uses: readonly CertificateUse[]
  /** Valid from then on. */
  readonly from: Date
  /** No longer valid then. */
  readonly until: Date
}

export const extendedUses: Readonly<Record<CertificateUse, string>> = {
  server: '1.3.6.1.5.5.7.3.1',
  client: '1.3.6.1.5.5.7.3.2',
}

/** Undefined where it is not there. */
export const keptIn = (entries: Entries, name: string): Kept | undefined => {
  const entry = entries.get(name)
  return entry && readKept(name, entry)
}

/** Errors: `secret.invalid` for what is no certificate with its key. */
export const readKept = (name: string, { value: key, certificate }: Entry): Kept => {
  const x509 = certificate === undefined ? undefined : parsed(certificate)
  if (!x509 || certificate === undefined)
    throw trouble(
      'secret.invalid',
      `${name} is kept, but is no certificate with its key`,
      `\`fettle secrets remove ${name}\`: the next provision makes another`,
    )
  // Node calls the extended ones so.
  const uses = x509.keyUsage ?? []
  return {
    key,
    certificate,
    x509,
    names: namesIn(x509.subjectAltName),
    uses: (['server', 'client'] as const).filter((use) => uses.includes(extendedUses[use])),
    from: new Date(x509.validFrom),
    until: new Date(x509.validTo),
  }
}

const parsed = (pem: string): X509Certificate | undefined => {
  try {
    return new X509Certificate(pem)
  } catch {
    return undefined
  }
}
