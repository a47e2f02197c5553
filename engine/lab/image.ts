import { access, mkdir, readdir, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { FettleError } from '../core/error.ts'
import { sha256 } from '../core/hash.ts'
import { buildScript, customise, packages } from './image-recipe.ts'
import { cacheOf, type LabOptions } from './options.ts'
import { run } from './run.ts'
import type { PackageSources } from './sources.ts'

/** Raise it when an image must be built anew although its recipe reads the same. */
const format = 1

/** Days. An older image knows too many packages that its mirror no longer has. */
const goodFor = 14

const day = 24 * 60 * 60 * 1000

export const imagesDir = (options: LabOptions): string => join(cacheOf(options), 'images')

/** The folder of a release's base image: built when there is none, or none young enough. Errors: `lab.failed`, `cancelled`. */
export const ensureImage = async (release: string, sources: PackageSources, options: LabOptions): Promise<string> => {
  const images = imagesDir(options)
  await mkdir(cacheOf(options), { recursive: true })
  // Old programs with set-user-id bits are nothing for the users of this machine.
  await mkdir(images, { recursive: true, mode: 0o700 })
  const recipe = sha256(JSON.stringify([format, release, packages, customise(sources)])).slice(0, 12)
  const found = newestImage(await readdir(images), `${release}-${recipe}`)
  if (found && Date.now() - found.builtAt < goodFor * day) return use(join(images, found.name))
  const image = join(images, imageName(`${release}-${recipe}`, Date.now()))
  try {
    return await use(await build(image, release, sources, options))
  } catch (error) {
    if (!found || !(error instanceof FettleError) || error.code === 'cancelled') throw error
    options.say(`no new ${release} base image could be built; going on with the one of ${found.name.slice(-8)}`)
    return use(join(images, found.name))
  }
}

/** The date is part of the name, as eight digits. */
export const imageName = (recipe: string, builtAt: number): string =>
  `${recipe}-${new Date(builtAt).toISOString().slice(0, 10).replaceAll('-', '')}`

export const newestImage = (
  names: readonly string[],
  recipe: string,
): { readonly name: string; readonly builtAt: number } | null => {
  const dated = names.filter((name) => name.startsWith(`${recipe}-`) && /-\d{8}$/.test(name)).sort()
  const name = dated.at(-1)
  if (name === undefined) return null
  const builtAt = Date.parse(name.slice(-8).replace(/(....)(..)(..)/, '$1-$2-$3'))
  return { name, builtAt }
}

export const isImage = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

const build = async (image: string, release: string, sources: PackageSources, { say, signal }: LabOptions) => {
  say(`building the ${release} base image (about 20 seconds, kept for ${goodFor} days)`)
  await run(['flock', `${image}.lock`, 'sh', '-c', buildScript(image, release, sources)], {
    signal,
    hint: 'check that this machine reaches its package mirror: apt-get update',
  })
  return image
}

/** Marks the image as wanted today, so that no other lab takes it for a leftover. */
const use = async (image: string): Promise<string> => {
  await utimes(`${image}.lock`, new Date(), new Date())
  return image
}
