import { z } from 'zod'
import { FettleError } from '../engine/core/error.ts'
import type { Role } from '../engine/core/role.ts'
import { didYouMean } from '../engine/core/suggest.ts'
import { siteFolder } from './folders.ts'
import { loadRoles } from './load-roles.ts'
import { wrapped } from './render/width.ts'
import { roleMarkdown } from './role-markdown.ts'
import { write } from './write.ts'

interface RolesOptions {
  readonly markdown?: true
  readonly json?: true
}

/** The list of roles, the manual page of one, or the whole reference. */
export const showRoles = async (name: string | undefined, options: RolesOptions): Promise<void> => {
  const all = await loadRoles(siteFolder())
  const roles = name === undefined ? all : [roleNamed(name, all)]
  if (options.json) for (const role of roles) write(JSON.stringify(roleJson(role)))
  else if (name !== undefined) write(roles.map((role) => roleMarkdown(role)).join('\n\n'))
  else write(options.markdown ? reference(roles) : list(roles))
}

const reference = (roles: readonly Role[]): string =>
  ['# Roles', ...roles.map((role) => roleMarkdown(role))].join('\n\n')

const list = (roles: readonly Role[]): string => {
  const longest = Math.max(...roles.map(({ name }) => name.length))
  const columns = process.stdout.columns ?? Number.POSITIVE_INFINITY
  return roles.flatMap(({ name, summary }) => hanging(name.padEnd(longest + 2), summary, columns)).join('\n')
}

const hanging = (label: string, text: string, columns: number): string[] =>
  wrapped(text, columns - label.length).map((line, index) => `${index === 0 ? label : ' '.repeat(label.length)}${line}`)

const roleJson = ({ name, summary, settings }: Role) => ({
  name,
  summary,
  settings: z.toJSONSchema(settings, { io: 'input', unrepresentable: 'any' }),
})

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
