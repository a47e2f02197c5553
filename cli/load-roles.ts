import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Position, type Problem, throwAll } from '../engine/core/error.ts'
import type { Role } from '../engine/core/role.ts'
import { roles as ownRoles } from '../roles/index.ts'
import { fromHere, stateFolder } from './site.ts'

/** Fettle's own folder: of the bundle, which is in bin/lib, or of the source it runs from. */
export const homeFolder = (): string => {
  const here = fileURLToPath(new URL('.', import.meta.url))
  return resolve(here, basename(here) === 'lib' ? '../..' : '..')
}

/**
 * Fettle's roles, and those of the site's folder, which win where they have the same name.
 * Errors: `role.failed`, for all roles that cannot be loaded.
 */
export const loadRoles = async (siteFolder: string): Promise<readonly Role[]> => {
  const names = rolesIn(siteFolder)
  if (names.length === 0) return ownRoles
  const { createJiti } = await import('jiti')
  const alias = { fettle: join(homeFolder(), 'bin/lib/api.mjs') }
  // What is compiled is kept with the site: in a folder for all users, another one could put code there.
  const jiti = createJiti(import.meta.url, { alias, fsCache: join(stateFolder(siteFolder), 'roles') })
  const files = names.map((name) => join(siteFolder, 'roles', name, 'index.ts'))
  const loaded = await Promise.all(
    files.map((file) => jiti.import(file, { default: true }).then(judge(file), unloadable(file))),
  )
  throwAll(loaded.flatMap((each) => ('code' in each ? [each] : [])))
  const own = ownRoles.filter((role) => !names.includes(role.name))
  return [...own, ...loaded.flatMap((each) => ('code' in each ? [] : [each]))]
}

/** Fettle's own folder is a site as well, whose roles are known already. */
const rolesIn = (siteFolder: string): string[] => {
  const folder = join(siteFolder, 'roles')
  if (!existsSync(folder)) return []
  const known = resolve(siteFolder) === homeFolder() ? ownRoles.map((role) => role.name) : []
  return readdirSync(folder).filter((name) => !known.includes(name) && existsSync(join(folder, name, 'index.ts')))
}

const isRole = (value: unknown): value is Role => {
  const { name, settings, resources } = (value ?? {}) as Partial<Record<keyof Role, unknown>>
  const isSchema = typeof (settings as Partial<Role['settings']> | undefined)?.safeParse === 'function'
  return typeof name === 'string' && isSchema && typeof resources === 'function'
}

const failed = (position: Position, message: string, hint: string, detail?: string): Problem => ({
  code: 'role.failed',
  message,
  position,
  hint,
  ...(detail && { detail }),
})

const judge =
  (file: string) =>
  (value: unknown): Role | Problem => {
    const position = { file: fromHere(file) }
    const name = basename(dirname(file))
    if (!isRole(value))
      return failed(
        position,
        'this file does not export a role',
        'write export default defineRole({ name, summary, settings, resources })',
      )
    if (value.name === name) return value
    return failed(position, `this role calls itself "${value.name}"`, `a role has the name of its folder: "${name}"`)
  }

/** A parser names the place behind its message, a thrown error in the first line of its stack that is the role's. */
const unloadable =
  (file: string) =>
  (error: unknown): Problem => {
    const { message, stack = '' } = error instanceof Error ? error : new Error(String(error))
    const [, line, column] =
      /\((\d+):(\d+)\)/.exec(message) ?? stack.split('\n').flatMap((each) => placeIn(file, each))[0] ?? []
    const position = { file: fromHere(file), ...(line && { line: Number(line), column: Number(column) }) }
    const detail = message.split('\n')[0]?.replace(`${file}: `, '')
    return failed(position, 'this role cannot be loaded', 'npx tsc --noEmit tells more', detail)
  }

const placeIn = (file: string, line: string): RegExpExecArray[] => {
  const at = line.indexOf(`${file}:`)
  const place = at < 0 ? null : /:(\d+):(\d+)/.exec(line.slice(at + file.length))
  return place ? [place] : []
}
