import type { Position } from '../core/error.ts'
import { type Problem, throwAll } from '../core/error.ts'
import type { HostView, SiteView } from '../core/host.ts'
import type { Role } from '../core/role.ts'
import type { WantedSecret } from '../core/secret-reference.ts'
import { didYouMean } from '../core/suggest.ts'
import type { Assignment } from './assignment.ts'
import { readAssignments } from './assignments.ts'
import { withBorrowedSecrets } from './borrowed-secrets.ts'
import { groupCandidates, hostCandidates, setCandidates } from './candidates.ts'
import { connectionOf } from './check.ts'
import type { Connection } from './connection.ts'
import { problemAt } from './locate.ts'
import type { Host, Inventory, Membership } from './model.ts'
import { type RoleSettings, settingsOf } from './role-settings.ts'
import { withSaid } from './said.ts'
import { positionOfRole, type Site } from './site.ts'
import { distinct } from './trouble.ts'
import { viewOf } from './view.ts'
import { idleSettings } from './warnings.ts'

export interface Resolution {
  readonly site: Site
  readonly inventory: Inventory
  readonly roles: readonly Role[]
  /** Each as after `--set`: `haproxy.balance=leastconn`. */
  readonly set: readonly string[]
}

export interface ResolvedRole {
  readonly role: Role
  /** Validated, with defaults. */
  readonly settings: unknown
  /** What is secret among them, and of other roles and hosts what it uses, and still to be had. */
  readonly secrets: readonly WantedSecret[]
  /** A problem with one of its settings, at the place where somebody says it. */
  readonly problem: RoleSettings['problem']
  /** Where site.yml gives it to the host. */
  readonly position: Position
}

/** A role of a host, before its settings are settled. */
type Placed = Pick<ResolvedRole, 'role' | 'position'>

export interface ResolvedHost {
  readonly view: HostView
  readonly connection: Connection
  /** Of the outermost group first, else in the order of site.yml. */
  readonly roles: readonly ResolvedRole[]
}

export interface ResolvedSite {
  /** In the inventory's order. */
  readonly hosts: readonly ResolvedHost[]
  readonly view: SiteView
  readonly warnings: readonly string[]
}

/**
 * What every host is to be. Errors: `site.invalid` (unknown group), `role.unknown`, `usage` (a bad `--set`),
 * `settings.invalid`, `settings.conflict`; all problems of all hosts at once.
 */
export const resolveSite = (resolution: Resolution): ResolvedSite => {
  const { site, inventory, roles } = resolution
  const { assignments, problems } = readAssignments(resolution.set, roles)
  problems.push(...unknownNames(resolution))
  const { host: hostView, site: siteHosts } = viewOf(site, inventory)
  const resolve = resolver(site, roles, assignments, problems)
  const hosts = [...inventory.hosts.values()].map((host) => ({
    view: hostView(host),
    connection: connectionOf(host),
    roles: resolve(host),
  }))
  throwAll(distinct(problems))
  const warnings = [
    ...inventory.warnings,
    ...idleSettings(
      site,
      inventory,
      roles.map((role) => role.name),
    ),
  ]
  const view = withSaid(siteHosts, hosts)
  return { hosts: withBorrowedSecrets(hosts, view), view, warnings }
}

const unknownNames = ({ site, inventory, roles }: Resolution): readonly Problem[] => {
  const names = roles.map((role) => role.name)
  return site.groups.flatMap(({ group, roles: given }) => [
    ...(inventory.groups.has(group) ? [] : [unknownGroup(site, inventory, group)]),
    ...given.filter(({ role }) => !names.includes(role)).map(({ role }) => unknownRole(site, group, role, names)),
  ])
}

const unknownGroup = (site: Site, inventory: Inventory, group: string): Problem =>
  problemAt(site.source, ['groups', group], 'key', {
    code: 'site.invalid',
    message: `${inventory.path} has no group "${group}"`,
    hint:
      didYouMean(group, inventory.groups.keys()) ??
      `if this environment has no such hosts, add an empty "${group}:" to it`,
  })

const unknownRole = (site: Site, group: string, role: string, names: readonly string[]): Problem =>
  problemAt(site.source, ['groups', group, role], 'key', {
    code: 'role.unknown',
    message: `there is no role "${role}"`,
    hint: didYouMean(role, names) ?? `the roles are ${names.join(', ')}`,
  })

/** Settles roles and settings host by host; hosts that differ in nothing share the result. */
const resolver = (site: Site, roles: readonly Role[], set: readonly Assignment[], problems: Problem[]) => {
  const given = remember((membership: Membership) => rolesOf(site, membership, roles))
  const shared = remember((membership: Membership) => remember((role: Role) => settle(membership, role, [])))
  const settle = (membership: Membership, role: Role, own: ReturnType<typeof hostCandidates>): RoleSettings => {
    const candidates = [...groupCandidates(site, membership, role.name), ...own, ...setCandidates(set, role.name)]
    const settings = settingsOf(role, candidates)
    problems.push(...settings.problems)
    return settings
  }
  return (host: Host): readonly ResolvedRole[] =>
    given(host.membership).map(({ role, position }) => {
      const own = hostCandidates(host, role.name)
      const settings = own.length > 0 ? settle(host.membership, role, own) : shared(host.membership)(role)
      const { value, secrets, problem } = settings
      return { role, position, settings: value, secrets, problem }
    })
}

const remember = <Key extends object, Value>(compute: (key: Key) => Value): ((key: Key) => Value) => {
  const known = new Map<Key, Value>()
  return (key) => {
    const before = known.get(key)
    if (before !== undefined) return before
    const value = compute(key)
    known.set(key, value)
    return value
  }
}

/** The roles of a host, each once, where site.yml gives it first; roles of outer groups come first. */
export const rolesOf = (site: Site, membership: Membership, roles: readonly Role[]): readonly Placed[] => {
  const depths = new Map(membership.groups.map((group) => [group.name, group.depth]))
  const groups = site.groups.filter(({ group }) => depths.has(group))
  groups.sort((a, b) => (depths.get(a.group) ?? 0) - (depths.get(b.group) ?? 0))
  const found = new Map<string, Placed>()
  for (const { group, roles: given } of groups)
    for (const { role: name } of given) {
      const role = roles.find((each) => each.name === name)
      if (role && !found.has(name)) found.set(name, { role, position: positionOfRole(site, group, name) })
    }
  return [...found.values()]
}
