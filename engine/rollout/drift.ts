import { isDeepStrictEqual } from 'node:util'
import type { Problem } from '../core/error.ts'
import type { HostOutcome } from '../core/event.ts'
import type { Action, Difference } from '../core/plan.ts'
import type { Asks } from '../core/resource.ts'
import { entryOutcomeOf } from './outcome.ts'

/** One thing on a host that is not as described. */
export interface Drift {
  /** Of the resource; of a service that is behind its configuration, the unit's name. */
  readonly key: string
  /** Null for a service. */
  readonly role: string | null
  /** What mends it. */
  readonly mends: Action | Asks
  readonly differences: readonly Difference[]
  /** For a service: keys of the inputs that it does not run with. */
  readonly because: readonly string[]
  /** Found on what another drift of this host has as its consequence. */
  readonly provisional: boolean
  /** When the host changed it last, where it knows. */
  readonly changedAt: number | null
}

/** Since when, as far as anybody knows. */
export interface Since {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** `changed`: it was last changed then, by the host's clock. `in order`: it was seen in order then, by ours. */
  readonly by: 'changed' | 'in order'
}

/** What one look at one host came to. */
export type HostLook = {
  readonly host: string
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Milliseconds. */
  readonly duration: number
} & (
  | { readonly drifts: readonly Drift[]; readonly notices: readonly string[] }
  | { readonly problem: Problem; readonly problems: readonly Problem[] }
)

interface Told {
  readonly host: string
  /** When it was seen, milliseconds since the epoch. */
  readonly at: number
}

/** What is new since the look before. */
export type DriftEvent =
  | (Told & { readonly type: 'drift.found' | 'drift.changed'; readonly drift: Drift; readonly since: Since | null })
  | (Told & { readonly type: 'drift.mended'; readonly drift: Drift })
  | (Told & { readonly type: 'host.gone'; readonly problem: Problem })
  | (Told & { readonly type: 'host.back' })

/** All that looks at a host have taught. */
export interface Known {
  readonly drifts: ReadonlyMap<string, { readonly drift: Drift; readonly since: Since | null }>
  /** When it was last seen; null for never. */
  readonly seen: number | null
  readonly gone: boolean
}

export const nothingKnown: Known = { drifts: new Map(), seen: null, gone: false }

/** What a look adds to what was known, and what of it is news. */
export const compareLook = (known: Known, look: HostLook): { known: Known; news: DriftEvent[] } => {
  const told = { host: look.host, at: look.at }
  if ('problem' in look) {
    const news = known.gone ? [] : [{ ...told, type: 'host.gone', problem: look.problem } as const]
    return { known: { ...known, gone: true }, news }
  }
  const drifts = new Map(look.drifts.map((drift) => [drift.key, { drift, since: sinceOf(drift, known) }]))
  const news: DriftEvent[] = known.gone ? [{ ...told, type: 'host.back' }] : []
  for (const [key, { drift, since }] of drifts) {
    const before = known.drifts.get(key)?.drift
    if (!before) news.push({ ...told, type: 'drift.found', drift, since })
    else if (!isSame(before, drift)) news.push({ ...told, type: 'drift.changed', drift, since })
  }
  for (const [key, { drift }] of known.drifts) if (!drifts.has(key)) news.push({ ...told, type: 'drift.mended', drift })
  return { known: { drifts, seen: look.at, gone: false }, news }
}

/** The host knows best; otherwise it was some time after the last look that found it in order. */
const sinceOf = ({ key, changedAt }: Drift, { drifts, seen }: Known): Since | null => {
  if (changedAt !== null) return { at: Math.round(changedAt * 1000), by: 'changed' }
  const before = drifts.get(key)
  if (before) return before.since
  return seen === null ? null : { at: seen, by: 'in order' }
}

const isSame = (one: Drift, other: Drift): boolean =>
  isDeepStrictEqual(
    [one.mends, one.differences, one.because, one.changedAt],
    [other.mends, other.differences, other.because, other.changedAt],
  )

export const outcomeOfLook = (look: HostLook): HostOutcome => {
  if ('problem' in look) return entryOutcomeOf(look.problem)
  return look.drifts.length > 0 ? 'pending' : 'unchanged'
}
