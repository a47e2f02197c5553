import type { Path } from './locate.ts'
import type { Source } from './source.ts'

export type Variables = Readonly<Record<string, unknown>>

/** Variables that one place says: a group's `vars`, a file of group_vars, a `--set`. */
export interface Layer {
  /** For people: `group_vars/lb.yml`, `site.yml group lb`, `--set`. */
  readonly where: string
  readonly origin: { readonly source: Source; readonly path: Path } | { readonly name: string }
  readonly values: Variables
}

export interface Group {
  readonly name: string
  /** The longest way down from `all`. */
  readonly depth: number
  /** `ansible_group_priority`. Default: 1. */
  readonly priority: number
  /** Its own hosts, in the order in which they were listed; not those of its children. */
  readonly hosts: readonly Host[]
  readonly children: readonly Group[]
  readonly parents: readonly Group[]
  /** From inventory files, weakest first. */
  readonly inline: readonly Layer[]
  /** From group_vars, weakest first. */
  readonly files: readonly Layer[]
}

/** What hosts in the same groups have in common. */
export interface Membership {
  /** With all ancestors, weakest first: `all`, then by depth, priority and name. */
  readonly groups: readonly Group[]
  /** Of the groups, merged as Ansible does. */
  readonly variables: Variables
}

export interface Host {
  readonly name: string
  readonly membership: Membership
  /** Its own layers, weakest first: inventory files, host_vars, overlay. */
  readonly layers: readonly Layer[]
  /** The inventory's variables for it, merged as Ansible does. */
  readonly variables: Variables
  /** Where it is named first. */
  readonly origin: { readonly source: Source; readonly path: Path }
}

/** The hosts of one environment. */
export interface Inventory {
  /** As given: a file or a folder. */
  readonly path: string
  readonly environment: string
  /** In order of first appearance. */
  readonly hosts: ReadonlyMap<string, Host>
  readonly groups: ReadonlyMap<string, Group>
  readonly warnings: readonly string[]
}

/** Hosts of a group and of its children, nearer ones first, each once. */
export const hostsOf = (group: Group): readonly Host[] => {
  const hosts = new Set<Host>()
  for (const member of withDescendants(group)) for (const host of member.hosts) hosts.add(host)
  return [...hosts]
}

const withDescendants = (group: Group): ReadonlySet<Group> => {
  const found = new Set([group])
  // A set goes on yielding what is added while it is walked: breadth first.
  for (const member of found) for (const child of member.children) found.add(child)
  return found
}

export const isAncestor = (ancestor: Group, group: Group): boolean =>
  group.parents.some((parent) => parent === ancestor || isAncestor(ancestor, parent))
