import type { CertificateRequest, CertificateUse } from '../../core/certificate-request.ts'
import type { Kept } from './kept.ts'
import { areSameNames, plainNames } from './names.ts'

/** How long certificates are good for, in days. */
export interface Lifetime {
  readonly days: number
  /** Renewed when less than this is left; null for a third of its life. */
  readonly renewBefore: number | null
}

/** Why a certificate is issued, or issued anew. */
export type Due =
  /** There is none yet. */
  | 'missing'
  /** It is asked for with other names. */
  | 'names'
  /** It is asked for with other uses. */
  | 'uses'
  /** The authority has another key than the one that signed it. */
  | 'authority'
  /** It is not valid yet, or not for much longer. */
  | 'dates'

export const day = 86_400_000

/** When one is renewed that nothing else is wrong with. */
export const renewedFrom = (
  { from, until }: Pick<Kept, 'from' | 'until'>,
  renewBefore: Lifetime['renewBefore'] = null,
): Date =>
  new Date(until.getTime() - (renewBefore === null ? (until.getTime() - from.getTime()) / 3 : renewBefore * day))

const areDatesDue = (kept: Kept, now: Date, renewBefore?: Lifetime['renewBefore']): boolean =>
  now < kept.from || now >= renewedFrom(kept, renewBefore)

/** Why the authority's own certificate is made or renewed; null where it is not. */
export const authorityDue = (kept: Kept | undefined, now: Date): 'missing' | 'dates' | null => {
  if (!kept) return 'missing'
  return areDatesDue(kept, now) ? 'dates' : null
}

interface Asked {
  readonly request: Required<CertificateRequest>
  readonly lifetime: Lifetime
}

/** Why a certificate is issued; null where what is kept will do. */
export const certificateDue = (
  kept: Kept | undefined,
  { request, lifetime }: Asked,
  authority: Kept | undefined,
  now: Date,
): Due | null => {
  if (!kept) return 'missing'
  if (!areSameNames(kept.names, plainNames(request.names))) return 'names'
  if (!areSameUses(kept.uses, request.uses)) return 'uses'
  if (!authority || !kept.x509.checkIssued(authority.x509)) return 'authority'
  return areDatesDue(kept, now, lifetime.renewBefore) ? 'dates' : null
}

const areSameUses = (a: readonly CertificateUse[], b: readonly CertificateUse[]): boolean =>
  (['server', 'client'] as const).every((use) => a.includes(use) === b.includes(use))
