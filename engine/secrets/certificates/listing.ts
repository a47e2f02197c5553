import type { CertificateUse } from '../../core/certificate-request.ts'
import type { Entries } from '../entries.ts'
import { authorityDue, certificateDue, type Due, renewedFrom } from './due.ts'
import { authorityEntry, entryOf, type Kept, keptIn } from './kept.ts'
import type { Needed, Needs } from './making.ts'

/** A certificate that is kept, or is still to be issued. */
export interface Listed {
  /** Its name among the secrets. */
  readonly entry: string
  /** Null for the authority, and for what no role asks for. */
  readonly host: string | null
  readonly name: string
  readonly names: readonly string[]
  readonly uses: readonly CertificateUse[]
  /** Null where there is none yet, as below. */
  readonly expires: Date | null
  /** The first provision from then on renews it; null where no role asks for it. */
  readonly renewed: Date | null
  /** Why the next provision issues it. */
  readonly due: Due | null
  readonly certificate: string | null
}

/** The authority, what hosts need of it in their order, and with `others` what is kept besides. */
export const listCertificates = (
  entries: Entries,
  needs: Needs,
  { others }: { readonly others: boolean },
): Listed[] => {
  const authority = keptIn(entries, authorityEntry)
  const asked = needs.certificates.map((needed) => listNeeded(needed, entries, authority, needs.now))
  const known = new Set([authorityEntry, ...asked.map(({ entry }) => entry)])
  const rest = [...entries].filter(([name, { certificate }]) => certificate !== undefined && !known.has(name))
  return [
    { ...listKept(authorityEntry, authority), name: 'authority', due: authorityDue(authority, needs.now) },
    ...asked,
    ...(others ? rest.map(([name]) => ({ ...listKept(name, keptIn(entries, name)), renewed: null })) : []),
  ]
}

const listNeeded = (needed: Needed, entries: Entries, authority: Kept | undefined, now: Date): Listed => {
  const { host, request, lifetime } = needed
  const entry = entryOf(host, request.name)
  const kept = keptIn(entries, entry)
  const renewed = kept ? renewedFrom(kept, lifetime.renewBefore) : null
  const due = certificateDue(kept, needed, authority, now)
  const { name, names, uses } = request
  return { ...listKept(entry, kept), host, name, names, uses, renewed, due }
}

const listKept = (entry: string, kept: Kept | undefined): Listed => ({
  entry,
  host: null,
  name: entry,
  names: kept?.names ?? [],
  uses: kept?.uses ?? [],
  expires: kept?.until ?? null,
  renewed: kept ? renewedFrom(kept) : null,
  due: null,
  certificate: kept?.certificate ?? null,
})
