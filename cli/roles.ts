import { FettleError } from '../engine/core/error.ts'
import type { Role } from '../engine/core/role.ts'
import { didYouMean } from '../engine/core/suggest.ts'
import { loadRoles } from './load-roles.ts'
import { roleMarkdown } from './role-markdown.ts'
import { siteFolder } from './site.ts'
import { write } from './write.ts'

/** The list of roles, the manual page of one, or the whole reference. */
export const showRoles = async (name: string | undefined, options: { readonly markdown?: true }): Promise<void> => {
  const roles = await loadRoles(siteFolder())
  if (name !== undefined) write(roleMarkdown(roleNamed(name, roles)))
  else if (options.markdown) write(reference(roles))
  else write(roles.map((role) => `${role.name.padEnd(12)}${role.summary}`).join('\n'))
}

export const reference = (roles: readonly Role[]): string =>
  ['# Roles', ...roles.map((role) => roleMarkdown(role))].join('\n\n')

const roleNamed = (name: string, roles: readonly Role[]): Role => {
  const role = roles.find((candidate) => candidate.name === name)
  if (role) return role
  const names = roles.map((candidate) => candidate.name)
  throw new FettleError({
    code: 'role.unknown',
    message: `there is no role "${name}"`,
    hint: didYouMean(name, names) ?? `there are: ${names.join(', ')}`,
  })
}
