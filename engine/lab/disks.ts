import { mkdir, readFile, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import { FettleError } from '../core/error.ts'
import { command } from '../core/shell.ts'
import type { LabHost, LabState } from './state.ts'

export const diskOf = (state: LabState, host: LabHost): string => join(state.disks, host.name)

/** What a disk was made from and for: it is of no use to anything else. */
export const markOf = (host: LabHost): string => `${host.image} ${host.address}`

const markFile = (state: LabState, host: LabHost): string => join(diskOf(state, host), 'seeded')

/** Whether a disk was made for something else than the host is now. One that is being made counts as current. */
export const diskState = async (state: LabState, host: LabHost): Promise<'current' | 'outdated'> => {
  const mark = await readFile(markFile(state, host), 'utf8').catch(() => null)
  return mark === null || mark.trim() === markOf(host) ? 'current' : 'outdated'
}

/** The host's next start begins with a fresh disk. Call it while the host is off. */
export const wipe = (state: LabState, host: LabHost): Promise<void> => rm(markFile(state, host), { force: true })

/** Where the hosts' disks can be: with the lab's state, or where that file system cannot be written through an overlay, elsewhere. */
export const chooseDisks = async (stateDir: string, id: string): Promise<string> => {
  const places = [resolve(stateDir, 'disks'), `/var/lib/fettle-lab/${id}`, `/dev/shm/fettle-lab-${id}`]
  for (const place of places) if (await carriesOverlay(place)) return place
  throw new FettleError({
    code: 'lab.failed',
    message: 'no file system here can hold the disks of practice hosts',
    detail: `tried ${places.join(', ')}`,
    hint: 'keep the site on ext4, xfs or btrfs, at a path without colons, commas or backslashes',
  })
}

/** Tries it, in a mount namespace that ends with the try. */
const carriesOverlay = async (place: string): Promise<boolean> => {
  if (/[:,\\]/.test(place)) return false
  const trial = join(place, '.trial')
  await mkdir(trial, { recursive: true, mode: 0o700 })
  const mount = 'mount -t overlay -o lowerdir=lower,upperdir=upper,workdir=work overlay root && mknod root/null c 1 3'
  const script = `${command('cd', trial)} && mkdir -p lower upper work root && ${mount}`
  const { failed } = await execa('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', script], {
    reject: false,
  })
  await rm(trial, { recursive: true, force: true })
  if (failed) await rm(place, { recursive: true, force: true })
  return !failed
}
