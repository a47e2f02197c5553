import { readdirSync, readFileSync, statSync } from 'node:fs'
import { extname, join } from 'node:path'

/*
 * Everything is read synchronously: nothing else happens before the inventory is known, and ten thousand small
 * files are read several times faster this way.
 */

export type FileRead = { readonly text: string } | { readonly reason: string; readonly missing: boolean }

export const readText = (file: string): FileRead => {
  try {
    return { text: readFileSync(file, 'utf8') }
  } catch (error) {
    return reasonOf(error)
  }
}

/** Names in a folder, sorted; a reason where it cannot be listed. */
export const listFolder = (folder: string): { readonly names: readonly string[] } | ReturnType<typeof reasonOf> => {
  try {
    return { names: readdirSync(folder).sort() }
  } catch (error) {
    return reasonOf(error)
  }
}

/** What cannot be looked at counts as a file: reading it then says why. */
export const kindOf = (path: string): 'file' | 'folder' | 'missing' => {
  try {
    const stat = statSync(path, { throwIfNoEntry: false })
    return stat ? (stat.isDirectory() ? 'folder' : 'file') : 'missing'
  } catch {
    return 'file'
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is not a folder',
  ELOOP: 'its symbolic links go in a circle',
}

const reasonOf = (error: unknown) => {
  const code = (error as NodeJS.ErrnoException).code
  if (code === undefined) throw error
  return { reason: reasons[code] ?? code, missing: code === 'ENOENT' }
}

const extensions = ['.yml', '.yaml', '.json']

export const isYamlName = (name: string): boolean => ['', ...extensions].includes(extname(name))

/** What group_vars or host_vars has for one name, in the order in which it is merged. */
export interface VarsFiles {
  readonly files: readonly string[]
  /** A file that would have been read if another one did not come first. */
  readonly shadowed?: string
}

/** Finds `NAME`, `NAME.yml`, `NAME.yaml` or `NAME.json`: the first of them counts, a folder with all in it. */
export const varsFilesOf = (folder: string, present: ReadonlySet<string>, name: string): VarsFiles => {
  const [first, second] = ['', ...extensions].map((extension) => name + extension).filter((file) => present.has(file))
  if (first === undefined) return { files: [] }
  const path = join(folder, first)
  const files = kindOf(path) === 'folder' ? varsFilesIn(path) : [path]
  return { files, ...(second !== undefined && { shadowed: join(folder, second) }) }
}

const varsFilesIn = (folder: string): readonly string[] => {
  const listing = listFolder(folder)
  if (!('names' in listing)) return [folder]
  return listing.names
    .filter((name) => !name.startsWith('.') && !name.endsWith('~'))
    .flatMap((name) => {
      const path = join(folder, name)
      if (kindOf(path) === 'folder') return extname(name) === '' ? varsFilesIn(path) : []
      return isYamlName(name) ? [path] : []
    })
}
