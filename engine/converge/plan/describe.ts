import { isDeepStrictEqual } from 'node:util'
import type { IssuedToHost } from '../../core/certificate.ts'
import { FettleError, type Position, type Problem, throwAll } from '../../core/error.ts'
import type { Control } from '../../core/hardening.ts'
import type { HostFacts, HostView, SiteView } from '../../core/host.ts'
import type { Declaration } from '../../core/resource.ts'
import type { Role, RoleContext } from '../../core/role.ts'
import { certificatesFor } from './certificates.ts'

/** A role on a host, with settings that its schema has accepted. */
export interface AssignedRole {
  readonly role: Role
  readonly settings: unknown
  /** Where the site gives the role to the host. */
  readonly position?: Position
}

/** A declaration, and the role that it comes from. */
export interface Item {
  readonly declaration: Declaration
  readonly role: string
  /** Done once: what is recorded of it stays as it is. */
  readonly isPassing?: true
}

/** A control, and the role that says it. */
export type RoleControl = Control & { readonly role: string }

interface Describing {
  readonly host: HostView
  readonly site: SiteView
  readonly roles: readonly AssignedRole[]
  readonly render: RoleContext<unknown>['render']
  /** What the site's authority has for the host, where a role asks for it. */
  readonly issued?: IssuedToHost
}

/**
 * The whole description of a host, role after role.
 * Errors: `role.failed`, whatever a role's templates are wrong about, and `resource.conflict`, all at once.
 */
export const describe = (describing: Describing, facts: HostFacts): readonly Item[] => {
  const problems: Problem[] = []
  const items = describing.roles.flatMap((assigned) => {
    try {
      return describeRole(describing, assigned, facts)
    } catch (error) {
      problems.push(...roleProblems(error, assigned))
      return []
    }
  })
  throwAll(problems)
  return unite(items, describing.roles)
}

/** What the roles have to say of a host besides. */
export const noticesOf = (
  { host, site }: Pick<Describing, 'host' | 'site'>,
  roles: readonly AssignedRole[],
  facts: HostFacts,
): readonly string[] =>
  roles.flatMap(({ role, settings }) => role.notices?.({ settings, host: { ...host, facts }, site }) ?? [])

/** What the roles say that they take against attackers. Errors: as of a description. */
export const controlsOf = (describing: Describing, facts: HostFacts): readonly RoleControl[] => {
  const problems: Problem[] = []
  const controls = describing.roles.flatMap((assigned) => {
    const { role } = assigned
    try {
      const said = role.hardening?.(contextOf(describing, assigned, facts)) ?? []
      return said.map((control) => ({ ...control, role: role.name }))
    } catch (error) {
      problems.push(...roleProblems(error, assigned))
      return []
    }
  })
  throwAll(problems)
  return controls
}

const contextOf = (
  { host, site, render, issued }: Describing,
  { role, settings }: AssignedRole,
  facts: HostFacts,
): RoleContext<unknown> => ({
  settings,
  host: { ...host, facts },
  site,
  render,
  ...certificatesFor(role, issued),
})

const describeRole = (describing: Describing, assigned: AssignedRole, facts: HostFacts): Item[] =>
  assigned.role
    .resources(contextOf(describing, assigned, facts))
    .map((declaration) => ({ declaration, role: assigned.role.name }))

const roleProblems = (error: unknown, { role, position }: AssignedRole): readonly Problem[] => {
  if (error instanceof FettleError)
    return error.problems.map((problem) => ({ ...(position && { position }), ...problem }))
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return [
    {
      code: 'role.failed',
      message: `role "${role.name}" threw while it described the host`,
      ...(position && { position }),
      detail: stack.split('\n').slice(0, 4).join('\n'),
      hint: `a role only computes a list from its settings: look at roles/${role.name}`,
    },
  ]
}

/** One key, one thing: what is said twice must be said alike, and then counts once, where it was said first. */
const unite = (items: readonly Item[], roles: readonly AssignedRole[]): readonly Item[] => {
  const byKey = new Map<string, Item>()
  const problems: Problem[] = []
  for (const item of items) {
    const first = byKey.get(item.declaration.key)
    if (!first) byKey.set(item.declaration.key, item)
    else if (isDeepStrictEqual(first.declaration.spec, item.declaration.spec)) {
      byKey.set(item.declaration.key, withBothAttachments(first, item))
    } else
      problems.push(
        conflict(
          first,
          item,
          roles.find(({ role }) => role.name === item.role),
        ),
      )
  }
  throwAll(problems)
  return [...byKey.values()]
}

const withBothAttachments = (first: Item, second: Item): Item => {
  const [a, b] = [first.declaration.attachments, second.declaration.attachments]
  const both = (name: 'reloads' | 'restarts') => [...new Set([...(a[name] ?? []), ...(b[name] ?? [])])]
  const attachments = { ...b, ...a, reloads: both('reloads'), restarts: both('restarts') }
  return { ...first, declaration: { ...first.declaration, attachments } }
}

const conflict = (first: Item, second: Item, { position }: Partial<AssignedRole> = {}): Problem => ({
  code: 'resource.conflict',
  message: `two descriptions of ${first.declaration.key} disagree`,
  ...(position && { position }),
  detail: disagreements(first, second).join('\n'),
  hint: 'let one role own it, or make both say the same',
})

/** Content is not shown, since it may be secret. */
const disagreements = (first: Item, second: Item): string[] => {
  const [a, b] = [first, second].map(({ declaration }) => declaration.spec as Readonly<Record<string, unknown>>)
  const fields = [...new Set([...Object.keys(a ?? {}), ...Object.keys(b ?? {})])]
  const differing = fields.filter((field) => !isDeepStrictEqual(a?.[field], b?.[field]))
  return differing.map((field) => {
    const [one, other] = [`role "${first.role}"`, `role "${second.role}"`]
    if (field === 'content') return `content: ${one} and ${other} do not say the same`
    return `${field}: ${one} says ${brief(a?.[field])}, ${other} says ${brief(b?.[field])}`
  })
}

const brief = (value: unknown): string => {
  const json = JSON.stringify(value) ?? 'nothing'
  return json.length > 200 ? `${json.slice(0, 200)}…` : json
}
