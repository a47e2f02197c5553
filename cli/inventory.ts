import { join } from 'node:path'
import { stringify } from 'yaml'
import type { Explained } from '../engine/inventory/index.ts'
import { graph, hostJson, listJson } from '../engine/inventory/listing.ts'
import { narrow } from '../engine/inventory/narrow.ts'
import { fromHere, siteFolder } from './folders.ts'
import type { SiteOptions } from './options.ts'
import { chosenHosts, openInventory } from './site.ts'
import { write } from './write.ts'

export interface InventoryOptions extends SiteOptions {
  readonly list?: true
  readonly graph?: true
  readonly host?: string
}

/** Ansible calls `--list` and `--host NAME` of an inventory program: their form is Ansible's. */
export const inventory = async (options: InventoryOptions): Promise<void> => {
  const whole = await openInventory(options)
  const hosts = options.limit === undefined ? whole : narrow(whole, chosenHosts(whole, options.limit, siteFolder()))
  if (options.graph || !(options.list || options.json || options.host)) return write(graph(hosts))
  const text = options.host === undefined ? listJson(hosts) : hostJson(hosts, options.host)
  write(options.json ? JSON.stringify(JSON.parse(text)) : text)
}

/** Says where a setting comes from, strongest first. */
export const explain = async (host: string, setting: string, options: SiteOptions): Promise<void> => {
  const [{ loadRoles }, { explain, loadSite }] = await Promise.all([
    import('./load-roles.ts'),
    import('../engine/inventory/index.ts'),
  ])
  const folder = siteFolder()
  const question = {
    site: await loadSite(fromHere(join(folder, 'site.yml'))),
    inventory: await openInventory(options),
    roles: await loadRoles(folder),
    set: options.set ?? [],
    host,
    setting,
  }
  const explanation = explain(question)
  if (options.json) return write(JSON.stringify(explanation))
  write(`${setting} of ${host} is ${valueText(explanation.value, '  ')}\n\n`)
  for (const candidate of explanation.candidates) write(candidateText(candidate))
}

const candidateText = ({ value, where, position, verdict }: Explained): string => {
  const at = position?.line === undefined ? '' : `  ${position.file}:${position.line}:${position.column ?? 1}`
  return `  ${verdict.padEnd(10)}  ${where}${at}\n${' '.repeat(14)}${valueText(value, ' '.repeat(14)).trimStart()}`
}

const shortest = 60

/** On the same line where it is short, else as YAML below. */
const valueText = (value: unknown, indent: string): string => {
  const json = JSON.stringify(value)
  if (json.length <= shortest) return json
  const lines = stringify(value, { lineWidth: 0 }).trimEnd().split('\n')
  return `\n${lines.map((line) => `${indent}${line}`.trimEnd()).join('\n')}`
}
