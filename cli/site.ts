import { existsSync, readdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { FettleError } from '../engine/core/error.ts'
import {
  type Inventory,
  loadInventory,
  loadSite,
  type ResolvedHost,
  type ResolvedSite,
  selectHosts,
} from '../engine/inventory/index.ts'
import { variables as labVariables } from '../engine/lab/variables.ts'
import { lastFailed } from '../engine/store/journal.ts'
import type { SiteOptions } from './options.ts'

/** The folder that holds site.yml: this one or one above it. */
export const siteFolder = (): string => {
  for (let folder = resolve('.'); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'site.yml'))) return folder
    if (folder === dirname(folder)) return resolve('.')
  }
}

/** What Fettle keeps on this machine for a site: practice hosts, journals. */
export const stateFolder = (folder: string): string => join(folder, '.fettle')
export const labFolder = (folder: string): string => join(stateFolder(folder), 'lab')
export const journalFolder = (folder: string): string => join(stateFolder(folder), 'runs')

export const openInventory = async (options: Pick<SiteOptions, 'inventory'>): Promise<Inventory> => {
  const folder = siteFolder()
  const path = inventoryPath(folder, options.inventory)
  const inventory = await loadInventory(path)
  const usesLab = [...inventory.hosts.values()].some((host) => host.variables.fettle_lab === true)
  if (!usesLab) return inventory
  return loadInventory(path, { overlay: await labVariables(labFolder(folder)), overlayName: 'the lab’s state' })
}

/** An inventory must be named unless there is no choice: the wrong one would be the wrong machines. */
const inventoryPath = (folder: string, named: string | undefined): string => {
  const given = named ?? process.env.FETTLE_INVENTORY
  if (given) return given
  const found = inventoriesIn(join(folder, 'inventory'))
  const [only] = found
  if (only && found.length === 1) return join(folder, 'inventory', only)
  throw new FettleError({
    code: 'usage',
    message: found.length > 1 ? 'there are several inventories' : 'there is no inventory',
    hint:
      found.length > 1
        ? `choose one with -i: ${found.map((file) => `inventory/${file}`).join(', ')}`
        : 'name one with -i, or put one into inventory/',
  })
}

const inventoriesIn = (folder: string): string[] => {
  if (!existsSync(folder)) return []
  return readdirSync(folder).filter((file) => /\.ya?ml$/.test(file) && !file.includes('.example.'))
}

export interface OpenSite {
  readonly folder: string
  readonly inventory: Inventory
  readonly resolved: ResolvedSite
  /** Those that `--limit` leaves, in the inventory's order. */
  readonly hosts: readonly ResolvedHost[]
}

/** Site, inventory, roles and settings, read and validated as a whole. */
export const openSite = async (options: SiteOptions): Promise<OpenSite> => {
  const folder = siteFolder()
  const [{ loadRoles }, { resolveSite }] = await Promise.all([
    import('./load-roles.ts'),
    import('../engine/inventory/resolve.ts'),
  ])
  const inventory = await openInventory(options)
  const site = await loadSite(join(folder, 'site.yml'))
  const resolved = resolveSite({ site, inventory, roles: await loadRoles(folder), set: options.set })
  const chosen = chosenHosts(inventory, options.limit, folder)
  return { folder, inventory, resolved, hosts: resolved.hosts.filter(({ view }) => chosen.has(view.name)) }
}

/** Errors: `limit.unknown`, also where nothing is left. */
export const chosenHosts = (inventory: Inventory, limit: string | undefined, folder: string): ReadonlySet<string> => {
  if (limit === undefined) return new Set(inventory.hosts.keys())
  if (limit !== '@last-failed') return new Set(selectHosts(inventory, limit))
  const failed = lastFailed(journalFolder(folder)).filter((name) => inventory.hosts.has(name))
  if (failed.length > 0) return new Set(failed)
  throw new FettleError({
    code: 'limit.unknown',
    message: 'no host failed in the last run',
    hint: 'leave out --limit to take all hosts',
  })
}
