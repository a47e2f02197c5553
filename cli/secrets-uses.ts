import type { WantedCertificate } from '../engine/core/certificate.ts'
import type { WantedSecret } from '../engine/core/secret-reference.ts'
import { wantedCertificates } from '../engine/inventory/certificates.ts'
import type { ResolvedSite } from '../engine/inventory/index.ts'
import { authorityEntry, entryOf } from '../engine/secrets/certificates/kept.ts'

/** A role of a host that has a secret of the environment's file. */
export interface Use {
  readonly role: string
  readonly host: string
}

/** Tells of a secret's name who uses it, in the inventory's order. */
export const usesIn = ({ hosts, view: site }: ResolvedSite): ((name: string) => readonly Use[]) => {
  const issued = wantedCertificates(hosts, site)
  return (name) =>
    hosts.flatMap(({ view: { name: host }, roles }) =>
      roles
        .filter(
          ({ role, secrets }) =>
            secrets.some((each) => entryOfSecret(each) === name) ||
            (name === authorityEntry && role.certificates) ||
            issued.some((each) => each.host === host && each.role === role.name && entryOfCertificate(each) === name),
        )
        .map(({ role }) => ({ role: role.name, host })),
    )
}

const entryOfCertificate = ({ host, request }: WantedCertificate): string => entryOf(host, request.name)

const entryOfSecret = ({ reference }: WantedSecret): string | undefined =>
  reference.from === 'secret' || reference.from === 'generate' ? reference.name : undefined
