import { access, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { sha256 } from '../core/hash.ts'
import { command } from '../core/shell.ts'
import { customise, packages } from './image-recipe.ts'
import { cacheOf, type LabOptions } from './options.ts'
import { run } from './run.ts'
import type { PackageSources } from './sources.ts'

/** Raise it when an image must be built anew although its recipe reads the same. */
const format = 1

/** The folder of a release's base image, built if there is none yet. */
export const ensureImage = async (release: string, sources: PackageSources, options: LabOptions): Promise<string> => {
  const images = join(cacheOf(options), 'images')
  const recipe = JSON.stringify([format, release, packages, customise(sources)])
  const image = join(images, `${release}-${sha256(recipe).slice(0, 12)}`)
  if (await exists(image)) return image
  options.say(`building the ${release} base image (once, about 20 seconds)`)
  await mkdir(images, { recursive: true })
  await run(['flock', `${image}.lock`, 'sh', '-c', buildScript(image, release, sources)], {
    signal: options.signal,
    hint: 'check that this machine reaches its package mirror: apt-get update',
  })
  return image
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

/**
 * Built aside and renamed, under a lock that the builder itself holds, so that a build that was killed is never
 * taken for a finished one. Its mounts are in a namespace that dies with it.
 */
const buildScript = (image: string, release: string, sources: PackageSources): string => {
  const aside = `${image}.building`
  const build = command(
    ...['unshare', '--mount', '--propagation', 'private', 'mmdebstrap', '--mode=root', '--variant=minbase'],
    ...['--format=directory', '--skip=cleanup/apt/lists', `--include=${packages.join(',')}`],
    ...sources.aptSettings.map((setting) => `--aptopt=${setting}`),
    ...[`--customize-hook=${customise(sources)}`, release, aside, ...sources.lines],
  )
  return `set -eu
[ ! -e ${command(image)} ] || exit 0
rm -rf ${command(aside)}
${build} || {
  rm -rf ${command(aside)}
  exit 1
}
sync -f ${command(aside)}
mv ${command(aside, image)}
`
}
