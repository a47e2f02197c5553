import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'

/** What concerns all labs of this machine; it does not outlive a start of the machine. */
export const machineDir = '/run/fettle-lab'

/** Kernel settings that labs need, and the least value that will do. */
const settings = [
  { path: '/proc/sys/net/ipv4/ip_forward', atLeast: 1 },
  // Shared by the first processes of all hosts: the usual 128 is used up by some twenty-five of them.
  { path: '/proc/sys/fs/inotify/max_user_instances', atLeast: 2048 },
] as const

const noteOf = (path: string): string => join(machineDir, basename(path))
const readNumber = async (path: string): Promise<number> => Number(await readFile(path, 'utf8'))

/** Raises what is too low and notes what it was. Call it under the machine's lock. */
export const raiseSettings = async (): Promise<void> => {
  await mkdir(machineDir, { recursive: true })
  for (const { path, atLeast } of settings) {
    const before = await readNumber(path)
    if (before >= atLeast) continue
    await writeFile(noteOf(path), String(before))
    await writeFile(path, String(atLeast))
  }
}

/** Puts back what was raised, unless somebody has changed it since. */
export const restoreSettings = async (): Promise<void> => {
  for (const { path, atLeast } of settings) {
    const before = await readFile(noteOf(path), 'utf8').catch(() => null)
    if (before !== null && (await readNumber(path)) === atLeast) await writeFile(path, before)
  }
}
