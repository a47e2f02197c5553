import type { WantedCertificate } from '../engine/core/certificate.ts'
import type { WantedSecret } from '../engine/core/secret-reference.ts'
import { rolesWithCertificates, wantedCertificates } from '../engine/inventory/certificates.ts'
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
    hosts.flatMap((host) => {
      const trusting = name === authorityEntry ? rolesWithCertificates(host, site) : []
      const here = issued.filter((each) => each.host === host.view.name && entryOfCertificate(each) === name)
      return host.roles
        .filter(
          (each) =>
            each.secrets.some((secret) => entryOfSecret(secret) === name) ||
            trusting.includes(each) ||
            here.some(({ role }) => role === each.role.name),
        )
        .map(({ role }) => ({ role: role.name, host: host.view.name }))
    })
}

const entryOfCertificate = ({ host, request }: WantedCertificate): string => entryOf(host, request.name)

const entryOfSecret = ({ reference }: WantedSecret): string | undefined =>
  reference.from === 'secret' || reference.from === 'generate' ? reference.name : undefined
