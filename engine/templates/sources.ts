import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { Syntax } from 'nunjucks/src/nodes.js'
import { parse } from './parse.ts'
import type { Flaw } from './syntax.ts'

export type Source = { readonly file: string; readonly text: string } & (
  | { readonly tree: Syntax }
  | { readonly flaw: Flaw }
)

export interface Sources {
  /** Undefined where no folder has it. */
  get(name: string): Source | undefined
  /** The text of a file that was read. */
  textOf(file: string): string | undefined
  /** Names that could have been meant. */
  names(): string[]
}

/** Templates of some folders, each read and parsed once. */
export const sources = (folders: readonly string[]): Sources => {
  const known = new Map<string, Source | undefined>()
  return {
    get: (name) => {
      if (!known.has(name)) known.set(name, find(folders, name))
      return known.get(name)
    },
    textOf: (file) => [...known.values()].find((source) => source?.file === file)?.text,
    names: () => folders.flatMap(filesBelow),
  }
}

const find = (folders: readonly string[], name: string): Source | undefined => {
  if (name.split('/').includes('..')) return undefined
  for (const folder of folders) {
    const file = join(folder, name)
    const text = readIfThere(file)
    if (text !== undefined) return { file, text, ...parse(text, file) }
  }
  return undefined
}

const readIfThere = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined
    throw error
  }
}

const filesBelow = (folder: string): string[] => {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
  } catch {
    return []
  }
}
