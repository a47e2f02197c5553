import { join } from 'node:path'
import type { Explained } from '../engine/inventory/index.ts'
import { graph, hostJson, listJson } from '../engine/inventory/listing.ts'
import type { SiteOptions } from './options.ts'
import { openInventory, siteFolder } from './site.ts'
import { write } from './write.ts'

export interface InventoryOptions extends SiteOptions {
  readonly list?: true
  readonly graph?: true
  readonly host?: string
}

export const inventory = async (options: InventoryOptions): Promise<void> => {
  const hosts = await openInventory(options)
  if (options.host !== undefined) write(hostJson(hosts, options.host))
  else write(options.list ? listJson(hosts) : graph(hosts))
}

/** Says where a setting comes from, strongest first. */
export const explain = async (host: string, setting: string, options: SiteOptions): Promise<void> => {
  const [{ loadRoles }, { explain, loadSite }] = await Promise.all([
    import('./load-roles.ts'),
    import('../engine/inventory/index.ts'),
  ])
  const folder = siteFolder()
  const question = {
    site: await loadSite(join(folder, 'site.yml')),
    inventory: await openInventory(options),
    roles: await loadRoles(folder),
    set: options.set,
    host,
    setting,
  }
  const explanation = explain(question)
  if (options.json) return write(JSON.stringify(explanation))
  write(`${setting} of ${host} is ${JSON.stringify(explanation.value)}\n`)
  for (const candidate of explanation.candidates) write(candidateLine(candidate))
}

const candidateLine = ({ value, where, position, verdict }: Explained): string => {
  const at = position ? `${position.file}:${position.line ?? 1}:${position.column ?? 1}` : ''
  return `  ${verdict.padEnd(10)}  ${where}  ${at}\n${' '.repeat(14)}${JSON.stringify(value)}`
}
