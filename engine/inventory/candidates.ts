import type { Assignment } from './assignment.ts'
import type { Group, Host, Layer, Membership } from './model.ts'
import type { Candidate, Stratum } from './settings.ts'
import type { Site } from './site.ts'

/** What the groups of a host say of a role: site.yml first, then the inventory, each from `all` downwards. */
export const groupCandidates = (site: Site, membership: Membership, role: string): readonly Candidate[] => [
  ...membership.groups.flatMap((group) => siteCandidates(site, group, role)),
  ...membership.groups.flatMap((group) =>
    [...group.inline, ...group.files].flatMap((layer) => candidate(layer, role, 'inventory', group)),
  ),
]

export const hostCandidates = (host: Host, role: string): readonly Candidate[] =>
  host.layers.flatMap((layer) => candidate(layer, role, 'host'))

export const setCandidates = (assignments: readonly Assignment[], role: string): readonly Candidate[] =>
  assignments.filter((each) => each.role === role).map(({ layer }) => ({ layer, stratum: '--set' }))

const siteCandidates = (site: Site, group: Group, role: string): readonly Candidate[] =>
  (site.groups.find((each) => each.group === group.name)?.roles ?? [])
    .filter((each) => each.role === role)
    .map(({ layer }) => ({ layer, stratum: 'site', group }))

/** The part of a layer of variables that is a role's settings. */
const candidate = (layer: Layer, role: string, stratum: Stratum, group?: Group): readonly Candidate[] => {
  if (!Object.hasOwn(layer.values, role)) return []
  const values = (layer.values[role] ?? {}) as Layer['values']
  const { origin } = layer
  const inner = 'name' in origin ? origin : { source: origin.source, path: [...origin.path, role] }
  return [{ layer: { where: layer.where, origin: inner, values }, stratum, ...(group && { group }) }]
}
