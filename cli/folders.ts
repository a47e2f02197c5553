import { existsSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder that holds site.yml: this one or one above it. */
export const siteFolder = (): string => {
  for (let folder = resolve('.'); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'site.yml'))) return folder
    if (folder === dirname(folder)) return resolve('.')
  }
}

/** Fettle's own folder: of the bundle, which is in bin/lib, or of the source it runs from. */
export const homeFolder = (): string => {
  const here = fileURLToPath(new URL('.', import.meta.url))
  return resolve(here, basename(here) === 'lib' ? '../..' : '..')
}

/** A path as it is said shortest from here. */
export const fromHere = (path: string): string => {
  const short = relative('.', path)
  return short !== '' && short.length < path.length ? short : path
}

/** What Fettle keeps on this machine for a site: practice hosts, journals. */
export const stateFolder = (folder: string): string => join(folder, '.fettle')
export const labFolder = (folder: string): string => join(stateFolder(folder), 'lab')
export const storeFolder = (folder: string): string => join(stateFolder(folder), 'store')
export const journalFolder = (folder: string): string => join(stateFolder(folder), 'runs')
