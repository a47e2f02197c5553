import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { execa } from 'execa'
import { command, quote } from '../core/shell.ts'
import { createGroup, freezeGroup, groupState, hostGroup, killGroup, processesOf, removeGroup } from './cgroup.ts'
import { launchScript } from './launcher.ts'
import { cacheOf, type LabOptions } from './options.ts'
import { seedDir } from './seed.ts'
import { bridgeOf, hostDir, type LabHost, type LabState, machineOf } from './state.ts'

/** Systemd's signals to its first process: SIGRTMIN+4 powers off, SIGRTMIN+5 reboots. */
const orderlyPowerOff = 38
const orderlyReboot = 39

export const consoleFile = (stateDir: string, name: string): string => join(hostDir(stateDir, name), 'console.log')
const diskOf = (state: LabState, host: LabHost): string => join(state.disks, host.name)

/** Starts a host's launcher, which outlives this process. Harmless where it runs already. */
export const launch = async (state: LabState, host: LabHost, options: LabOptions): Promise<void> => {
  const group = await hostGroup(state.id, host.name)
  await createGroup(group)
  if ((await groupState(group.launcher)).populated) return
  const { stateDir } = options
  const script = launchScript({
    group,
    machine: machineOf(state.id, host),
    hostname: host.name,
    bridge: bridgeOf(state.id),
    disk: diskOf(state, host),
    image: host.image,
    seed: seedDir(stateDir, host.name),
    archives: join(cacheOf(options), 'archives', host.release),
    lock: join(hostDir(stateDir, host.name), 'launcher.lock'),
  })
  detach(script, consoleFile(stateDir, host.name))
  await untilLaunched(group.launcher)
}

const detach = (script: string, log: string): void => {
  const launcher = command('unshare', '--mount', '--propagation', 'private', 'sh', '-c', script)
  const child = execa('sh', ['-c', `exec >${quote(log)} 2>&1; exec ${launcher}`], {
    detached: true,
    cleanup: false,
    reject: false,
    stdio: 'ignore',
    extendEnv: false,
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8', SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '1' },
  })
  child.unref()
}

/** A launcher that fails before it joins its group has written why; whoever waits for the host will find it. */
const untilLaunched = async (launcher: string): Promise<void> => {
  for (let wait = 0; wait < 200 && !(await groupState(launcher)).populated; wait++) await delay(5)
}

/** Pulls the plug. The launcher keeps fetched packages and ends by itself. */
export const halt = async (state: LabState, name: string): Promise<void> => {
  const group = await hostGroup(state.id, name)
  const deadline = Date.now() + 20_000
  while ((await groupState(group.launcher)).populated && Date.now() < deadline) {
    await killGroup(group.host)
    await delay(10)
  }
  await killGroup(group.all)
}

/** Asks the host to shut down, and pulls the plug after ten seconds. */
export const shutDown = async (state: LabState, name: string): Promise<void> => {
  const group = await hostGroup(state.id, name)
  if ((await groupState(group.host)).frozen) await freezeGroup(group.host, '0')
  const init = await initOf(group.host)
  if (init !== null) process.kill(init, orderlyPowerOff)
  const deadline = Date.now() + 10_000
  while (init !== null && (await groupState(group.launcher)).populated && Date.now() < deadline) await delay(20)
  await halt(state, name)
}

/** Asks the host to reboot and waits until it has gone down. */
export const beginReboot = async (state: LabState, name: string): Promise<void> => {
  const { host } = await hostGroup(state.id, name)
  const init = await initOf(host)
  if (init === null) return
  process.kill(init, orderlyReboot)
  const deadline = Date.now() + 60_000
  while ((await initOf(host)) === init && Date.now() < deadline) await delay(20)
}

export const removeHostGroup = async (state: LabState, name: string): Promise<void> =>
  removeGroup((await hostGroup(state.id, name)).all)

/** Forgets everything the host has written, except packages it fetched. */
export const wipe = async (state: LabState, host: LabHost): Promise<void> => {
  const disk = diskOf(state, host)
  await rm(join(disk, 'seeded'), { force: true })
  await Promise.all(['upper', 'work'].map((part) => rm(join(disk, part), { recursive: true, force: true })))
  await mkdir(disk, { recursive: true })
}

/** The host's first process as this machine sees it; null when it is not running. */
const initOf = async (group: string): Promise<number | null> => {
  const scope = await processesOf(join(group, 'payload', 'init.scope'))
  for (const pid of scope) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
    if (/^NSpid:.*\t1$/m.test(status)) return pid
  }
  return null
}

/** Bytes that the host's processes hold, shared pages counted once. */
export const memoryOf = async (group: string): Promise<number> => {
  const sizes = (await processesOf(group)).map(async (pid) => {
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '')
    return Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1] ?? 0) * 1024
  })
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}
