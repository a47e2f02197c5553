import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { FettleError } from '../core/error.ts'
import { until } from './wait.ts'

/**
 * A practice host's processes are known by their control group, not by recorded process ids, so that nothing is
 * ever lost or mistaken: `host` holds the machine itself, `launcher` what starts it again after a reboot.
 */
export interface HostGroup {
  readonly all: string
  readonly host: string
  readonly launcher: string
}

/** Where the unified hierarchy is mounted. Errors: `lab.failed`. */
export const cgroupRoot = async (): Promise<string> => {
  const mounts = await readFile('/proc/self/mounts', 'utf8')
  const mount = mounts.split('\n').find((line) => line.split(' ')[2] === 'cgroup2')
  if (mount) return mount.split(' ')[1] ?? ''
  throw new FettleError({
    code: 'lab.failed',
    message: 'this machine mounts no cgroup2 file system',
    hint: 'mkdir -p /sys/fs/cgroup/unified && mount -t cgroup2 cgroup2 /sys/fs/cgroup/unified',
  })
}

export const labGroup = async (id: string): Promise<string> => join(await cgroupRoot(), `fettle-${id}`)

export const hostGroup = async (id: string, name: string): Promise<HostGroup> => {
  const all = join(await labGroup(id), name)
  return { all, host: join(all, 'host'), launcher: join(all, 'launcher') }
}

export const createGroup = async ({ host, launcher }: HostGroup): Promise<void> => {
  await mkdir(host, { recursive: true })
  await mkdir(launcher, { recursive: true })
}

/** Whether the group has a living process, and whether it is frozen. A group that does not exist has and is neither. */
export const groupState = async (group: string): Promise<{ populated: boolean; frozen: boolean }> => {
  const events = await readFile(join(group, 'cgroup.events'), 'utf8').catch(() => '')
  return { populated: /^populated 1$/m.test(events), frozen: /^frozen 1$/m.test(events) }
}

/** Freezes or thaws a group, and returns when its last process has come to a stand or goes on. Errors: `lab.failed`. */
export const freezeGroup = async (group: string, state: 'frozen' | 'thawed'): Promise<void> => {
  const frozen = state === 'frozen'
  await writeFile(join(group, 'cgroup.freeze'), frozen ? '1' : '0')
  const isDone = async () => (await groupState(group)).frozen === frozen
  if (await until(isDone, { deadline: 10_000, every: 5 })) return
  throw new FettleError({ code: 'lab.failed', message: `${group} cannot be ${state}` })
}

/** Whether no process of the group is left. */
export const isEmpty = async (group: string): Promise<boolean> => !(await groupState(group)).populated

/** Ends every process of a group at once and waits until none is left. Errors: `lab.failed`. */
export const killGroup = async (group: string): Promise<void> => {
  if (await isEmpty(group)) return
  await writeFile(join(group, 'cgroup.kill'), '1')
  if (await until(() => isEmpty(group), { deadline: 20_000, every: 5 })) return
  throw new FettleError({ code: 'lab.failed', message: `processes of ${group} cannot be ended` })
}

/** Removes a group without processes, and those below it. */
export const removeGroup = async (group: string): Promise<void> => {
  for (const child of await childGroups(group)) await removeGroup(child)
  await rmdir(group).catch(ignoreMissing)
}

/** All processes of a group and of those below it. */
export const processesOf = async (group: string): Promise<number[]> => {
  const own = await readFile(join(group, 'cgroup.procs'), 'utf8').catch(() => '')
  const below = await Promise.all((await childGroups(group)).map(processesOf))
  return [...own.split('\n').filter(Boolean).map(Number), ...below.flat()]
}

const childGroups = async (group: string): Promise<string[]> => {
  const entries = await readdir(group, { withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => entry.isDirectory()).map((entry) => join(group, entry.name))
}

const ignoreMissing = (error: NodeJS.ErrnoException): void => {
  if (error.code !== 'ENOENT') throw error
}
