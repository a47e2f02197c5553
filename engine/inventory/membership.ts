import type { Draft, DraftGroup, DraftHost } from './draft.ts'
import type { Group, Layer, Membership, Variables } from './model.ts'

/** Computes for every host its groups and its variables. Hosts in the same groups share one membership. */
export const settle = (draft: Draft): void => {
  const ancestors = new Map<DraftGroup, ReadonlySet<DraftGroup>>()
  const memberships = new Map<string, Membership>()
  for (const host of draft.hosts.values()) {
    const key = [...host.groups].map((group) => group.name).join(' ')
    const membership = memberships.get(key) ?? membershipOf(host, ancestors)
    memberships.set(key, membership)
    host.membership = membership
    host.variables = host.layers.length === 0 ? membership.variables : merge(membership.variables, host.layers)
  }
}

const membershipOf = (host: DraftHost, known: Map<DraftGroup, ReadonlySet<DraftGroup>>): Membership => {
  const all = new Set<DraftGroup>()
  for (const group of host.groups) for (const member of withAncestors(group, known)) all.add(member)
  const groups = [...all].sort(byStrength)
  // As in Ansible, every file of group_vars is stronger than the vars of any group in the inventory itself.
  const inline = groups.flatMap((group) => group.inline)
  const files = groups.flatMap((group) => group.files)
  return { groups, variables: merge({}, [...inline, ...files]) }
}

const withAncestors = (group: DraftGroup, known: Map<DraftGroup, ReadonlySet<DraftGroup>>): ReadonlySet<DraftGroup> => {
  const found = known.get(group)
  if (found) return found
  const all = new Set([group, ...group.parents.flatMap((parent) => [...withAncestors(parent, known)])])
  known.set(group, all)
  return all
}

const byStrength = (a: Group, b: Group): number =>
  a.depth - b.depth || a.priority - b.priority || (a.name < b.name ? -1 : 1)

/** Later layers replace whole variables of earlier ones. */
const merge = (base: Variables, layers: readonly Layer[]): Variables =>
  Object.assign({}, base, ...layers.map((layer) => layer.values))

/** Every layer that may give a host a variable, weakest first. */
export const layersFor = (host: {
  readonly membership: Membership
  readonly layers: readonly Layer[]
}): readonly Layer[] => [
  ...host.membership.groups.flatMap((group) => group.inline),
  ...host.membership.groups.flatMap((group) => group.files),
  ...host.layers,
]
