import { FettleError, type Problem, throwAll } from '../core/error.ts'
import type { HostView, SiteView } from '../core/host.ts'
import type { Role } from '../core/role.ts'
import type { Secret } from '../core/secret.ts'
import type { WantedSecret } from '../core/secret-reference.ts'
import { asked, type SettledRole } from './said.ts'
import { distinct, type Trouble } from './trouble.ts'

interface Borrowing extends SettledRole {
  readonly secrets: readonly WantedSecret[]
  problem(path: readonly string[], trouble: Trouble): Problem
}

interface Hosting<Each extends Borrowing> {
  readonly view: HostView
  readonly roles: readonly Each[]
}

/**
 * The hosts, each role with the secrets of others that it uses beside its own.
 * Errors: what roles find wrong on the way, all at once, each where the setting stands.
 */
export const withBorrowedSecrets = <Each extends Borrowing, Host extends Hosting<Each>>(
  hosts: readonly Host[],
  site: SiteView,
): readonly Host[] => {
  const wanted = new Map<Secret, WantedSecret>()
  for (const { roles } of hosts)
    for (const each of roles.flatMap(({ secrets }) => secrets)) wanted.set(each.secret, each)
  const problems: Problem[] = []
  const complete = hosts.map((host) => ({
    ...host,
    roles: host.roles.map((assigned) => {
      const borrowed = borrowedBy(assigned, host.view, site, problems)
      const others = borrowed.flatMap((secret) => wanted.get(secret) ?? [])
      return others.length === 0 ? assigned : { ...assigned, secrets: [...assigned.secrets, ...others] }
    }),
  }))
  throwAll(distinct(problems))
  return complete
}

const borrowedBy = (
  assigned: Borrowing,
  host: HostView,
  site: SiteView,
  problems: Problem[],
): ReturnType<NonNullable<Role['secrets']>> => {
  const { role, settings } = assigned
  try {
    return asked(host, 'needs secrets for', assigned, () => role.secrets?.({ settings, host, site })) ?? []
  } catch (error) {
    if (!(error instanceof FettleError)) throw error
    problems.push(...error.problems.map((problem) => located(assigned, problem)))
    return []
  }
}

const located = ({ position, problem }: Borrowing, { setting, ...found }: Problem): Problem => {
  if (!setting) return { position, ...found }
  return { ...found, ...problem(setting, found) }
}
