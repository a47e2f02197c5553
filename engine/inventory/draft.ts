import type { Path } from './locate.ts'
import type { Group, Host, Layer } from './model.ts'
import type { Source } from './source.ts'

/** A place in an inventory file. */
export interface Spot {
  readonly source: Source
  readonly path: Path
}

export interface DraftGroup extends Group {
  depth: number
  priority: number
  readonly hosts: DraftHost[]
  readonly children: DraftGroup[]
  readonly parents: DraftGroup[]
  readonly inline: Layer[]
  files: readonly Layer[]
  /** Where each child was listed first, by its name. */
  readonly childSpots: Map<string, Spot>
}

export interface DraftHost extends Omit<Host, 'membership' | 'variables'> {
  membership: Host['membership']
  variables: Host['variables']
  readonly layers: Layer[]
  readonly groups: Set<DraftGroup>
}

/** An inventory while its files are being read. */
export interface Draft {
  readonly groups: Map<string, DraftGroup>
  readonly hosts: Map<string, DraftHost>
}

/** `all` and its child `ungrouped` always exist. */
export const newDraft = (): Draft => {
  const draft: Draft = { groups: new Map(), hosts: new Map() }
  link(addGroup(draft, 'all'), addGroup(draft, 'ungrouped'))
  return draft
}

export const addGroup = (draft: Draft, name: string): DraftGroup => {
  const known = draft.groups.get(name)
  if (known) return known
  const group: DraftGroup = {
    name,
    depth: 0,
    priority: 1,
    hosts: [],
    children: [],
    parents: [],
    inline: [],
    files: [],
    childSpots: new Map(),
  }
  draft.groups.set(name, group)
  return group
}

export const link = (parent: DraftGroup, child: DraftGroup, spot?: Spot): void => {
  if (parent.children.includes(child)) return
  parent.children.push(child)
  child.parents.push(parent)
  if (spot) parent.childSpots.set(child.name, spot)
}

const nobody: Host['membership'] = { groups: [], variables: {} }

/** Puts a host into a group; says whether the host is new. */
export const addHost = (draft: Draft, group: DraftGroup, name: string, origin: Spot): DraftHost => {
  const host = draft.hosts.get(name) ?? newHost(draft, name, origin)
  join(group, host)
  return host
}

const newHost = (draft: Draft, name: string, origin: Spot): DraftHost => {
  const host: DraftHost = { name, origin, layers: [], groups: new Set(), membership: nobody, variables: {} }
  draft.hosts.set(name, host)
  return host
}

export const join = (group: DraftGroup, host: DraftHost): void => {
  if (host.groups.has(group)) return
  host.groups.add(group)
  group.hosts.push(host)
}
