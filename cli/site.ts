import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { IssuedToHost } from '../engine/core/certificate.ts'
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
import { fromHere, journalFolder, labFolder, siteFolder } from './folders.ts'
import type { SecretsUse } from './keys.ts'
import type { KeyOptions, SiteOptions } from './options.ts'

type InventoryOptions = Pick<SiteOptions, 'inventory' | 'vaultPasswordFile'>

export const openInventory = async (options: InventoryOptions): Promise<Inventory> => {
  const folder = siteFolder()
  return readInventory(folder, inventoryPath(folder, options.inventory), options)
}

/** For commands about practice hosts, whose inventory goes by its usual name among others. */
export const openLabInventory = async (options: InventoryOptions): Promise<Inventory> => {
  const folder = siteFolder()
  const usual = join(folder, 'inventory', 'lab.yml')
  const named = options.inventory ?? process.env.FETTLE_INVENTORY ?? (existsSync(usual) ? fromHere(usual) : undefined)
  return readInventory(folder, inventoryPath(folder, named), options)
}

/** What the lab knows of its hosts holds for practice hosts only: others may have the same names. */
const readInventory = async (folder: string, path: string, options: InventoryOptions): Promise<Inventory> => {
  const known = await labVariables(labFolder(folder))
  const load = async (overlay: typeof known) => {
    const lab = { overlay, overlayName: 'the lab’s state' }
    try {
      return await loadInventory(path, lab)
    } catch (error) {
      if (!(error instanceof FettleError && error.problems.some(({ code }) => code === 'secret.locked'))) throw error
      const { loadSealed } = await import('./vault-passwords.ts')
      return loadSealed(options, error, (unsealing) => loadInventory(path, { ...lab, unsealing }))
    }
  }
  const inventory = await load(known)
  const isPractice = (name: string): boolean => inventory.hosts.get(name)?.variables.fettle_lab === true
  const strangers = Object.keys(known).filter((name) => inventory.hosts.has(name) && !isPractice(name))
  if (strangers.length === 0) return inventory
  return load(Object.fromEntries(Object.entries(known).filter(([name]) => isPractice(name))))
}

/** An inventory must be named unless there is no choice: the wrong one would be the wrong machines. */
const inventoryPath = (folder: string, named: string | undefined): string => {
  const given = named ?? process.env.FETTLE_INVENTORY
  if (given) return given
  const found = inventoriesIn(join(folder, 'inventory'))
  const [only] = found
  if (only && found.length === 1) return only
  throw new FettleError({
    code: 'usage',
    message: found.length > 1 ? 'there are several inventories' : 'there is no inventory',
    hint:
      found.length > 1
        ? `choose one with -i: ${found.join(', ')}`
        : 'name one with -i or $FETTLE_INVENTORY, or put one into inventory/ beside site.yml',
  })
}

const inventoriesIn = (folder: string): string[] => {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((file) => /\.ya?ml$/.test(file) && !file.includes('.example.'))
    .map((file) => fromHere(join(folder, file)))
}

export interface OpenSite {
  readonly folder: string
  readonly inventory: Inventory
  readonly resolved: ResolvedSite
  /** Those that `--limit` leaves, in the inventory's order. */
  readonly hosts: readonly ResolvedHost[]
}

/** Which hosts a command is for. Errors: those of inventories, and `limit.unknown`. */
export const chooseHosts = async (options: SiteOptions) => {
  const folder = siteFolder()
  const site = await loadSite(fromHere(join(folder, 'site.yml')))
  const inventory = await openInventory(options)
  return { folder, site, inventory, names: chosenHosts(inventory, options.limit, folder) }
}

/** Site, inventory, roles and settings, validated as a whole; secrets stay closed. */
export const resolveChosen = async (
  { folder, site, inventory, names }: Awaited<ReturnType<typeof chooseHosts>>,
  options: SiteOptions,
): Promise<OpenSite> => {
  const [{ loadRoles }, { resolveSite }] = await Promise.all([
    import('./load-roles.ts'),
    import('../engine/inventory/resolve.ts'),
  ])
  const resolved = resolveSite({ site, inventory, roles: await loadRoles(folder), set: options.set ?? [] })
  return { folder, inventory, resolved, hosts: resolved.hosts.filter(({ view }) => names.has(view.name)) }
}

/** A site whose hosts may be described. */
export interface OpenedSite extends OpenSite {
  /** What the site's authority has for each host. */
  readonly issued: ReadonlyMap<string, IssuedToHost>
}

/** The same with the secrets of the chosen hosts, and the certificates that their roles ask for. */
export const openSite = async (
  choice: Awaited<ReturnType<typeof chooseHosts>>,
  options: SiteOptions & KeyOptions,
  { aside, keeps }: SecretsUse,
): Promise<OpenedSite> => {
  const site = await resolveChosen(choice, options)
  const roles = site.hosts.flatMap((host) => host.roles)
  const secrets = roles.flatMap((each) => each.secrets)
  const asksForCertificates = roles.some(({ role }) => role.certificates)
  const certificates = asksForCertificates
    ? (await import('./site-certificates.ts')).neededCertificates(site)
    : undefined
  if (secrets.length === 0 && !certificates) return { ...site, issued: new Map() }
  const { openSecrets } = await import('./site-secrets.ts')
  const { folder, inventory } = site
  const issued = await openSecrets({ secrets, certificates }, { folder, inventory, options, aside, keeps })
  return { ...site, issued }
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
