import { basename, dirname, extname, join, resolve } from 'node:path'
import { FettleError, type Problem, throwAll } from '../core/error.ts'
import { suggest } from '../core/suggest.ts'
import { checkVariables } from './check.ts'
import { type Draft, newDraft } from './draft.ts'
import { kindOf, listFolder, readText } from './files.ts'
import { refuseFormat } from './format.ts'
import { settle } from './membership.ts'
import type { Inventory, Variables } from './model.ts'
import { findCycles, measureDepths, reconcile } from './order.ts'
import { parseSource } from './parse-source.ts'
import { readGroups } from './read-groups.ts'
import { readVarsFolders } from './read-vars.ts'
import type { Unsealing } from './sealed.ts'
import { problemWith } from './trouble.ts'

export interface LoadOptions {
  /** Variables by host that outrank all of the inventory's: a lab's addresses and keys. Unknown hosts are ignored. */
  readonly overlay?: Readonly<Record<string, Variables>>
  /** Where the overlay comes from, for people. Default: `overlay`. */
  readonly overlayName?: string
  /** Without, an encrypted file is `secret.locked`. */
  readonly unsealing?: Unsealing
}

/**
 * Reads an inventory file, or a folder of them, with the group_vars and host_vars beside it.
 * Errors: `inventory.missing`, `inventory.syntax`, `inventory.invalid`, `secret.locked`, all problems at once.
 */
export const loadInventory = async (path: string, options: LoadOptions = {}): Promise<Inventory> => {
  const problems: Problem[] = []
  const warnings: string[] = []
  const draft = newDraft()
  for (const file of inventoryFiles(path)) readInventoryFile(draft, file, problems)
  readVarsFolders(draft, kindOf(path) === 'folder' ? path : dirname(path), {
    problems,
    warnings,
    unsealing: options.unsealing,
  })
  for (const name of draft.hosts.keys())
    if (draft.groups.has(name)) warnings.push(`"${name}" is both a group and a host; a limit means the host`)
  lay(draft, options)
  const cycles = findCycles(draft)
  // Depths, and all that follows from them, cannot be known in a circle.
  if (cycles.length > 0) throwAll([...problems, ...cycles])
  reconcile(draft)
  measureDepths(draft)
  settle(draft)
  const inventory: Inventory = { path, environment: environmentOf(draft, path), ...draft, warnings }
  throwAll([...problems, ...checkVariables(inventory)])
  return inventory
}

const readInventoryFile = (draft: Draft, file: string, problems: Problem[]): void => {
  const read = readText(file)
  if (!('text' in read)) {
    problems.push(problemWith(file, { code: 'inventory.missing', message: `${file} cannot be read: ${read.reason}` }))
    return
  }
  const refusal = refuseFormat(file, read.text)
  if (refusal) {
    problems.push(refusal)
    return
  }
  const { source, problems: found } = parseSource('inventory', file, read.text)
  problems.push(...found)
  if (found.length === 0) readGroups(draft, source, problems)
}

const ignored =
  /^\.|^(?:host_vars|group_vars|vars_plugins)$|(?:\.(?:pyc|pyo|swp|bak|rpm|md|txt|rst|orig|ini|cfg|retry|age|recipients)|~)$/

const inventoryFiles = (path: string): readonly string[] => {
  const kind = kindOf(path)
  if (kind === 'file') return [path]
  if (kind === 'missing') throw new FettleError(missing(path))
  const listing = listFolder(path)
  if (!('names' in listing)) return [path]
  return listing.names.filter((name) => !ignored.test(name)).flatMap((name) => inventoryFiles(join(path, name)))
}

const missing = (path: string): Problem => {
  const listing = listFolder(dirname(path))
  const near = 'names' in listing ? suggest(basename(path), listing.names) : undefined
  return problemWith(path, {
    code: 'inventory.missing',
    message: `there is no inventory ${path}`,
    hint: near && `did you mean "${join(dirname(path), near)}"?`,
  })
}

const lay = (draft: Draft, { overlay = {}, overlayName = 'overlay' }: LoadOptions): void => {
  for (const [name, values] of Object.entries(overlay))
    draft.hosts.get(name)?.layers.push({ where: overlayName, origin: { name: overlayName }, values })
}

/** `fettle_environment` of `all`, else the name of the file; of its folder where the file is called `hosts`. */
const environmentOf = (draft: Draft, path: string): string => {
  const all = draft.groups.get('all')
  for (const layer of [...(all?.inline ?? []), ...(all?.files ?? [])].reverse()) {
    const named = layer.values.fettle_environment
    if (typeof named === 'string') return named
  }
  const full = resolve(path)
  const name = basename(full, extname(full))
  return ['hosts', 'inventory'].includes(name) ? basename(dirname(full)) : name
}
