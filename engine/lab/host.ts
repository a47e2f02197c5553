import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { FettleError } from '../core/error.ts'
import { command, quote } from '../core/shell.ts'
import {
  createGroup,
  freezeGroup,
  groupState,
  hostGroup,
  isEmpty,
  killGroup,
  processesOf,
  removeGroup,
} from './cgroup.ts'
import { diskOf, markOf } from './disks.ts'
import { launchScript } from './launcher.ts'
import { cacheOf, type LabOptions } from './options.ts'
import { seedDir } from './seed.ts'
import { bridgeOf, cableOf, hostDir, type LabHost, type LabState, machineOf } from './state.ts'
import { until } from './wait.ts'

/** Systemd's signals to its first process: SIGRTMIN+4 powers off, SIGRTMIN+5 reboots. */
const orderlyPowerOff = 38
const orderlyReboot = 39

export const consoleFile = (stateDir: string, name: string): string => join(hostDir(stateDir, name), 'console.log')

/** Starts a host's launcher, which outlives this process. Harmless where it runs already. */
export const launch = async (state: LabState, host: LabHost, options: LabOptions): Promise<void> => {
  const group = await hostGroup(state.id, host.name)
  await createGroup(group)
  if (!(await isEmpty(group.launcher))) return
  const { stateDir } = options
  const script = launchScript({
    group,
    machine: machineOf(state.id, host),
    hostname: host.name,
    bridge: bridgeOf(state.id),
    cable: cableOf(state.id, host),
    disk: diskOf(state, host),
    image: host.image,
    mark: markOf(host),
    seed: seedDir(stateDir, host.name),
    archives: join(cacheOf(options), 'archives', host.release),
    lock: join(hostDir(stateDir, host.name), 'launcher.lock'),
  })
  detach(script, consoleFile(stateDir, host.name))
  // A launcher that fails before it joins its group has written why: whoever waits for the host will find it.
  await until(async () => !(await isEmpty(group.launcher)), { deadline: 2000, every: 5 })
}

const detach = (script: string, log: string): void => {
  const launcher = command('unshare', '--mount', '--propagation', 'private', 'sh', '-c', script)
  const child = execa('sh', ['-c', `exec >${quote(log)} 2>&1; exec ${launcher}`], {
    detached: true,
    reject: false,
    stdio: 'ignore',
    extendEnv: false,
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8', SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '1' },
  })
  child.unref()
}

/** Pulls the plug. The launcher keeps fetched packages and ends by itself. */
export const halt = async (state: LabState, name: string): Promise<void> => {
  const group = await hostGroup(state.id, name)
  const isOver = async () => {
    await killGroup(group.host)
    return isEmpty(group.launcher)
  }
  await until(isOver, { deadline: 20_000, every: 10 })
  await killGroup(group.all)
  // Since 6.15 a kernel goes on killing what is forked into a group that was killed once.
  await removeGroup(group.all)
}

/** Asks the host to shut down, and pulls the plug after ten seconds. */
export const shutDown = async (state: LabState, name: string): Promise<void> => {
  const group = await hostGroup(state.id, name)
  if ((await groupState(group.host)).frozen) await freezeGroup(group.host, 'thawed')
  const init = await initOf(group.host)
  if (init !== null) process.kill(init, orderlyPowerOff)
  if (init !== null) await until(() => isEmpty(group.launcher), { deadline: 10_000, every: 20 })
  await halt(state, name)
}

/** Asks the host to reboot and waits until it has gone down. */
export const beginReboot = async (state: LabState, name: string, signal: AbortSignal | undefined): Promise<void> => {
  const { host } = await hostGroup(state.id, name)
  const init = await initOf(host)
  if (init === null) throw notRunning(name)
  process.kill(init, orderlyReboot)
  await until(async () => (await initOf(host)) !== init, { deadline: 100_000, every: 20, signal })
}

/** Stops everything on a host where it stands, or lets it go on. Errors: `lab.failed` where the host is off. */
export const setFrozen = async (state: LabState, name: string, to: 'frozen' | 'thawed'): Promise<void> => {
  const { host } = await hostGroup(state.id, name)
  if (await isEmpty(host)) throw notRunning(name)
  await freezeGroup(host, to)
}

const notRunning = (name: string): FettleError =>
  new FettleError({ code: 'lab.failed', message: `${name} is not running`, host: name, hint: 'fettle lab up' })

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
