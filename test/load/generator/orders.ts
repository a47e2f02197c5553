import { type Failure, neverSent } from './failure.ts'

/** What a client knows of an order: taken, certainly not taken, or neither. */
export type Fate = 'acknowledged' | 'refused' | 'unknown'

/** Ids by what the client knows of them. */
export type Fates = Readonly<Record<Fate, readonly string[]>>

/** An answer that is not what was promised says nothing of the order; only a refusal does. */
export const fateOf = (failure: Failure | null): Fate => {
  if (!failure) return 'acknowledged'
  return neverSent(failure.class) || failure.class === 'status 4xx' ? 'refused' : 'unknown'
}

export interface OrderComparison {
  /** Acknowledged, but not stored. There may be none, ever. */
  readonly lost: readonly string[]
  /** Stored more than once: somebody has sent a request again that was not theirs to repeat. */
  readonly twice: readonly string[]
  /** Refused, but stored all the same. */
  readonly refusedButStored: readonly string[]
  /** Of those whose fate is unknown: what was stored, and what was not. Either is right. */
  readonly unknown: { readonly stored: readonly string[]; readonly missing: readonly string[] }
  /** Stored, but not sent by this load. */
  readonly strangers: readonly string[]
}

/** Compares what was sent with all lines that the app's hosts have stored. */
export const compareOrders = (sent: Fates, stored: readonly string[]): OrderComparison => {
  const there = new Set(stored)
  const known = new Set([...sent.acknowledged, ...sent.refused, ...sent.unknown])
  const seen = new Set<string>()
  const again = stored.filter((id) => seen.size === seen.add(id).size)
  return {
    lost: sent.acknowledged.filter((id) => !there.has(id)),
    twice: [...new Set(again)],
    refusedButStored: sent.refused.filter((id) => there.has(id)),
    unknown: {
      stored: sent.unknown.filter((id) => there.has(id)),
      missing: sent.unknown.filter((id) => !there.has(id)),
    },
    strangers: [...there].filter((id) => !known.has(id)),
  }
}

/** The ids in the text of an `orders.ndjson`, in its order; throws at a line that is not whole. */
export const storedIds = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => String(JSON.parse(line).id))
