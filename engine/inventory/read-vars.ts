import { join, relative } from 'node:path'
import type { Problem } from '../core/error.ts'
import type { Draft } from './draft.ts'
import { kindOf, listFolder, readText, varsFilesOf } from './files.ts'
import { problemAt } from './locate.ts'
import type { Layer } from './model.ts'
import { parseSource } from './parse-source.ts'
import { isSealed, parseSealed, type Unsealing } from './sealed.ts'
import { problemWith } from './trouble.ts'
import { isMapping } from './value.ts'

interface Collected {
  readonly problems: Problem[]
  readonly warnings: string[]
  readonly unsealing: Unsealing | undefined
}

/** Adds group_vars and host_vars of a folder to the draft's groups and hosts. */
export const readVarsFolders = (draft: Draft, folder: string, collected: Collected): void => {
  const layersOfGroup = reader(folder, 'group_vars', collected)
  for (const group of draft.groups.values()) group.files = layersOfGroup(group.name)
  const layersOfHost = reader(folder, 'host_vars', collected)
  for (const host of draft.hosts.values()) host.layers.push(...layersOfHost(host.name))
}

const reader = (root: string, subfolder: string, collected: Collected): ((name: string) => readonly Layer[]) => {
  const folder = join(root, subfolder)
  if (kindOf(folder) !== 'folder') return () => []
  const listing = listFolder(folder)
  if (!('names' in listing)) {
    collected.problems.push(unreadable(folder, listing.reason))
    return () => []
  }
  const present = new Set(listing.names)
  return (name) => {
    const { files, shadowed } = varsFilesOf(folder, present, name)
    if (shadowed)
      collected.warnings.push(`${shadowed} is not read, because ${subfolder} also has another entry for ${name}`)
    return files.flatMap((file) => readLayer(root, file, collected))
  }
}

const readLayer = (root: string, file: string, { problems, unsealing }: Collected): readonly Layer[] => {
  const read = readText(file)
  if (!('text' in read)) {
    problems.push(unreadable(file, read.reason))
    return []
  }
  const { source, problems: found } = isSealed(read.text)
    ? parseSealed(file, read.text, unsealing)
    : parseSource('inventory', file, read.text)
  problems.push(...found)
  if (found.length > 0 || source.value === null) return []
  if (isMapping(source.value))
    return [{ where: relative(root, file), origin: { source, path: [] }, values: source.value }]
  const message = 'a file of variables must be a mapping from names to values'
  problems.push(problemAt(source, [], 'value', { code: 'inventory.invalid', message }))
  return []
}

const unreadable = (file: string, reason: string): Problem =>
  problemWith(file, { code: 'inventory.missing', message: `${file} cannot be read: ${reason}` })
