import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { imagesDir } from './image.ts'
import { tryLock } from './lock.ts'
import { cacheOf, type LabOptions } from './options.ts'
import { replaceFile } from './replace-file.ts'
import { type LabState, loadState } from './state.ts'

const day = 24 * 60 * 60 * 1000

/**
 * Notes which lab this is, and deletes the base images that no lab of this machine has disks on and nobody has asked
 * for since yesterday; never one that a running host stands on. Call it under the machine's lock.
 */
export const pruneImages = async (state: LabState, options: LabOptions): Promise<void> => {
  const labs = join(cacheOf(options), 'labs')
  await mkdir(labs, { recursive: true })
  await replaceFile(join(labs, state.id), resolve(options.stateDir), 0o644)
  const images = imagesDir(options)
  const wanted = await imagesInUse(labs)
  for (const lock of (await readdir(images)).filter((name) => name.endsWith('.lock'))) {
    const image = lock.slice(0, -'.lock'.length)
    const askedFor = (await stat(join(images, lock))).mtimeMs
    if (wanted.has(image) || Date.now() - askedFor < day) continue
    const release = await tryLock(join(images, lock))
    if (!release) continue
    for (const leftover of [image, `${image}.building`, lock])
      await rm(join(images, leftover), { recursive: true, force: true })
    await release()
  }
}

/** Forgets labs that have been purged on the way. */
const imagesInUse = async (labs: string): Promise<Set<string>> => {
  const wanted = new Set<string>()
  for (const id of await readdir(labs)) {
    const state = await loadState(await readFile(join(labs, id), 'utf8')).catch(() => null)
    if (!state) await rm(join(labs, id))
    for (const host of Object.values(state?.hosts ?? {})) wanted.add(basename(host.image))
  }
  return wanted
}
