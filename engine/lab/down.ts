import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { killGroup, labGroup, removeGroup } from './cgroup.ts'
import { halt, shutDown } from './host.ts'
import { labId } from './lab-id.ts'
import { withLock } from './lock.ts'
import { machineLock, removeNetwork } from './network.ts'
import type { LabOptions } from './options.ts'
import { requireRoot } from './prerequisites.ts'
import { bridgeOf, type LabState, loadState, lockFile } from './state.ts'

export interface DownRequest {
  /** Also forget the lab: its disks, addresses and keys. Default: they are kept for the next `up`. */
  readonly purge?: boolean
}

/** Stops every host and removes what the lab has on this machine. Errors: `lab.failed`, `cancelled`. */
export const down = async (options: LabOptions & DownRequest): Promise<void> => {
  requireRoot()
  const { stateDir, signal, say } = options
  if (!(await loadState(stateDir))) return withLock(machineLock, async () => clearRemains(await labId(stateDir)))
  const waiting = () => say('waiting for another run that changes this lab')
  await withLock(lockFile(stateDir), () => takeDown(options), { waiting, signal })
}

const takeDown = async ({ stateDir, purge }: LabOptions & DownRequest): Promise<void> => {
  const state = await loadState(stateDir)
  if (!state) return
  await withLock(machineLock, () => stopAll(state, purge ? halt : shutDown))
  if (purge) for (const folder of [state.disks, stateDir]) await rm(folder, { recursive: true, force: true })
}

/**
 * Takes away a lab whose folder was deleted while it ran: its name says that it was here. Call it under the
 * machine's lock.
 */
export const clearRemains = async (id: string): Promise<void> => {
  const group = await labGroup(id)
  if (!existsSync(group) && !existsSync(`/sys/class/net/${bridgeOf(id)}`)) return
  await killGroup(group)
  await removeGroup(group)
  await removeNetwork(id)
}

/** Call it under the machine's lock. */
export const stopAll = async (
  state: LabState,
  stop: (state: LabState, name: string) => Promise<void>,
): Promise<void> => {
  await Promise.all(Object.keys(state.hosts).map((name) => stop(state, name)))
  await removeGroup(await labGroup(state.id))
  await removeNetwork(state.id)
}
