import type { Attachments, Declaration, Resource, Validator } from '../../core/resource.ts'
import type { Manifest, Owned } from '../state/manifest.ts'
import type { Item } from './describe.ts'

/** Kinds by name, to find the one that a manifest's record speaks of. */
export type Kinds = ReadonlyMap<string, Resource<unknown, unknown>>

export interface Ownership {
  readonly site: string
  /** Every role of the host, whether or not this run was limited to some. */
  readonly assigned: ReadonlySet<string>
  /** Roles whose description was computed in this run. */
  readonly computed: ReadonlySet<string>
  /** Roles that left the host and whose things may be removed. */
  readonly retired: ReadonlySet<string>
}

export interface Leaving {
  /** In the order of removal: last made, first removed. */
  readonly items: readonly Item[]
  readonly notices: readonly string[]
}

/** What Fettle placed on a host and nobody describes any more. */
export const leavingItems = (
  manifest: Manifest,
  described: readonly Item[],
  ownership: Ownership,
  kinds: Kinds,
): Leaving => {
  const items: Item[] = []
  const notices: string[] = []
  const undecided = new Map<string, number>()
  const keys = new Set(described.map(({ declaration }) => declaration.key))
  for (const [key, owned] of [...manifest.owned].reverse()) {
    if (keys.has(key) || owned.site !== ownership.site) continue
    const fate = fateOf(owned, ownership)
    if (fate === 'stay') continue
    if (fate === 'ask') {
      undecided.set(owned.role, (undecided.get(owned.role) ?? 0) + 1)
      continue
    }
    const spec = retiring(key, owned, kinds)
    if (spec)
      items.push({
        declaration: { ...spec, attachments: attachmentsOf(key, owned, { manifest, described, kinds }) },
        role: owned.role,
      })
    else notices.push(`${key} left the description and is kept: ${keptBecause(owned)}`)
  }
  for (const [role, count] of undecided) {
    notices.push(`role ${role} left this host and ${count} of its things remain: remove them with --retire ${role}`)
  }
  return { items, notices }
}

const fateOf = (owned: Owned, { assigned, computed, retired }: Ownership): 'remove' | 'ask' | 'stay' => {
  if (computed.has(owned.role) || retired.has(owned.role)) return 'remove'
  return assigned.has(owned.role) ? 'stay' : 'ask'
}

const keptBecause = (owned: Owned): string =>
  owned.origin === 'adopted' ? 'it was there before' : 'things of this kind are never removed by leaving them out'

const retiring = (key: string, owned: Owned, kinds: Kinds): Retired | null => {
  const absent = retired(key, kinds)
  return owned.origin === 'adopted' && !absent?.resource.restores ? null : absent
}

type Retired = Omit<Declaration, 'attachments'>

/** What takes away the thing of this key; null for kinds that are never taken away. */
const retired = (key: string, kinds: Kinds): Retired | null => {
  const at = key.indexOf(':')
  const resource = kinds.get(key.slice(0, at))
  return resource?.retire ? { key, resource, spec: resource.retire(key.slice(at + 1)) } : null
}

/** The units that have it in force or were to get it react once more; what judges their other files judges its removal. */
export const attachmentsOf = (
  key: string,
  { guarded }: Pick<Owned, 'guarded'>,
  { manifest, described, kinds }: Surroundings,
): Attachments => {
  const reloads = unitsWith(key, 'reload', manifest)
  const restarts = unitsWith(key, 'restart', manifest)
  const validate = validatorOf(new Set([...reloads, ...restarts]), described)
  const absent = retired(key, kinds)
  const own = absent?.resource.guards?.(absent.spec)
  const guard = own || guarded ? { ...own } : undefined
  return { reloads, restarts, ...(validate && { validate }), ...(guard && { guard }) }
}

interface Surroundings {
  readonly manifest: Manifest
  readonly described: readonly Item[]
  readonly kinds: Kinds
}

const unitsWith = (key: string, asks: 'reload' | 'restart', { paid, owed }: Manifest): string[] => [
  ...new Set([
    ...[...paid].filter(([, inputs]) => inputs.get(key)?.asks === asks).map(([unit]) => unit),
    ...[...owed].filter(([, mark]) => mark.asks === asks && mark.because.includes(key)).map(([unit]) => unit),
  ]),
]

const validatorOf = (units: ReadonlySet<string>, described: readonly Item[]): Validator | undefined =>
  described
    .map(({ declaration }) => declaration.attachments)
    .find(
      ({ validate, reloads = [], restarts = [] }) =>
        validate && [...reloads, ...restarts].some((unit) => units.has(unit)),
    )?.validate
