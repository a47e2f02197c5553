import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sha256 } from '../../engine/core/hash.ts'
import { run } from '../../engine/lab/run.ts'
import { packageSources } from '../../engine/lab/sources.ts'
import { type Way, waysTo } from './outward.ts'
import { vmScript } from './recipe.ts'

/** A folder with `disk`, `kernel`, `initrd`, and the keys `host` and `login`. Nothing writes to it. */
export interface VmImage {
  readonly folder: string
  readonly ways: readonly Way[]
}

const images = fileURLToPath(new URL('../../.fettle/vm', import.meta.url))
/** Milliseconds. An older image knows too many packages that its mirror no longer has. */
const goodFor = 14 * 24 * 60 * 60 * 1000

/** Builds it where there is none that is young enough; a minute or two. */
export const ensureVmImage = async (release: string): Promise<VmImage> => {
  const sources = await packageSources(release, undefined)
  const ways = waysTo(sources)
  const recipe = { release, sources, ways }
  const mark = sha256(vmScript('', recipe) + Math.floor(Date.now() / goodFor)).slice(0, 12)
  const folder = join(images, `${release}-${mark}`)
  await mkdir(images, { recursive: true, mode: 0o700 })
  await run(['flock', join(images, `${release}.lock`), 'sh', '-c', vmScript(folder, recipe)])
  return { folder, ways }
}
