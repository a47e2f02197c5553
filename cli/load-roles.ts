import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { config } from 'zod'
import { throwAll } from '../engine/core/error.ts'
import type { Role } from '../engine/core/role.ts'
import { roles as ownRoles } from '../roles/index.ts'
import { homeFolder, stateFolder } from './folders.ts'
import { judgeRole, unloadable } from './role-problems.ts'

// Settings are read once or twice, for which compiling their schemas does not pay.
config({ jitless: true })

/**
 * Fettle's roles, and those of the site's folder, which win where they have the same name.
 * Errors: `role.failed`, for all roles that cannot be loaded.
 */
export const loadRoles = async (siteFolder: string): Promise<readonly Role[]> => {
  const names = rolesIn(siteFolder)
  if (names.length === 0) return ownRoles
  const [{ createJiti }, fettle] = await Promise.all([import('jiti'), import('./api.ts')])
  // What is compiled is kept with the site: in a folder for all users, another one could put code there.
  const jiti = createJiti(import.meta.url, {
    virtualModules: { fettle },
    fsCache: join(stateFolder(siteFolder), 'roles'),
  })
  const files = names.map((name) => join(siteFolder, 'roles', name, 'index.ts'))
  const load = async (file: string) => {
    try {
      return judgeRole(file, await jiti.import(file, { default: true }))
    } catch (error) {
      return unloadable(file, error)
    }
  }
  const loaded = await Promise.all(files.map(load))
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
