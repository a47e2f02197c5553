import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { FettleError } from '../engine/core/error.ts'
import type { Role } from '../engine/core/role.ts'
import { roles as ownRoles } from '../roles/index.ts'

/** Fettle's own folder: of the bundle, or of the source it runs from. */
export const homeFolder = (): string => {
  const here = fileURLToPath(new URL('.', import.meta.url))
  return resolve(here, here.includes(`${join('bin', 'lib')}`) ? '../..' : '..')
}

/** Fettle's roles, and those of the site's folder, which win where they have the same name. */
export const loadRoles = async (siteFolder: string): Promise<readonly Role[]> => {
  const folder = join(siteFolder, 'roles')
  if (resolve(siteFolder) === homeFolder() || !existsSync(folder)) return ownRoles
  const files = readdirSync(folder)
    .map((name) => join(folder, name, 'index.ts'))
    .filter((file) => existsSync(file))
  if (files.length === 0) return ownRoles
  const { createJiti } = await import('jiti')
  const jiti = createJiti(import.meta.url, { alias: { fettle: join(homeFolder(), 'bin/lib/api.mjs') } })
  const loaded = await Promise.all(files.map((file) => loadRole(jiti, file)))
  const replaced = new Set(loaded.map((role) => role.name))
  return [...ownRoles.filter((role) => !replaced.has(role.name)), ...loaded]
}

const loadRole = async (jiti: { import(file: string, options: { default: true }): Promise<unknown> }, file: string) => {
  try {
    const role = (await jiti.import(file, { default: true })) as Partial<Role> | undefined
    if (role?.name && role.settings && role.resources) return role as Role
  } catch (error) {
    throw new FettleError(
      { code: 'role.failed', message: 'this role cannot be loaded', position: { file }, detail: String(error) },
      error,
    )
  }
  throw new FettleError({
    code: 'role.failed',
    message: 'this file does not export a role',
    position: { file },
    hint: 'write export default defineRole({ name, summary, settings, resources })',
  })
}
