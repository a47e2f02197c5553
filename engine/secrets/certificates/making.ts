import type { IssuedToHost, WantedCertificate } from '../../core/certificate.ts'
import { secretOf } from '../../core/secret.ts'
import type { Entries, Entry } from '../entries.ts'
import type { Make } from '../made.ts'
import { authorityDue, certificateDue, type Lifetime } from './due.ts'
import { authorityEntry, entryOf, type Kept, keptIn, readKept } from './kept.ts'

export interface Needed extends Pick<WantedCertificate, 'host' | 'request'> {
  readonly lifetime: Lifetime
}

/** What hosts need: the authority's own certificate at least. */
export interface Needs {
  /** What the authority is called where it is new. */
  readonly authority: string
  readonly certificates: readonly Needed[]
  readonly now: Date
}

/** Makes or renews the authority, and what it is to issue. */
export const issuing =
  (needs: Needs): Make =>
  async (entries) => {
    const kept = keptIn(entries, authorityEntry)
    const authority = await currentAuthority(kept, needs)
    const made = new Map<string, Entry>()
    if (authority !== kept) made.set(authorityEntry, { value: authority.key, certificate: authority.certificate })
    for (const needed of dueOf(needs, entries, authority)) {
      const order = { ...needed.request, days: needed.lifetime.days, key: keptOf(needed, entries)?.key }
      made.set(nameOf(needed), (await issuance()).issued(authority, order, needs.now))
    }
    return made
  }

/** Seldom needed, and large. */
const issuance = () => import('./issue.ts')

const currentAuthority = async (kept: Kept | undefined, { authority, now }: Needs): Promise<Kept> => {
  if (kept && authorityDue(kept, now) === null) return kept
  const { newAuthority, renewedAuthority } = await issuance()
  return readKept(authorityEntry, kept ? renewedAuthority(kept, now) : newAuthority(authority, now))
}

const nameOf = ({ host, request }: Needed): string => entryOf(host, request.name)

const keptOf = (needed: Needed, entries: Entries): Kept | undefined => keptIn(entries, nameOf(needed))

const dueOf = ({ certificates, now }: Needs, entries: Entries, authority: Kept): readonly Needed[] =>
  certificates.filter((needed) => certificateDue(keptOf(needed, entries), needed, authority, now) !== null)

/** What there is for a host, once all that it needs has been made. */
export const issuedTo = (host: string, { certificates }: Needs, entries: Entries): IssuedToHost => {
  const authority = pemIn(entries, authorityEntry).certificate
  const given = certificates
    .filter((needed) => needed.host === host)
    .map((needed) => {
      const { key, certificate } = pemIn(entries, nameOf(needed))
      return [needed.request.name, { key: secretOf(key), certificate, authority }] as const
    })
  return { authority, certificates: new Map(given) }
}

const pemIn = (entries: Entries, name: string) => {
  const { value: key = '', certificate } = entries.get(name) ?? {}
  if (certificate === undefined) throw new RangeError(`${name} was not made`)
  return { key, certificate }
}
