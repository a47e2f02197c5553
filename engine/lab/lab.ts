import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { allocate, checkSpecs, renumber } from './allocate.ts'
import { freezeGroup, groupState, hostGroup, labGroup, removeGroup } from './cgroup.ts'
import { chooseDisks } from './disks.ts'
import { halt, launch, memoryOf, shutDown, wipe } from './host.ts'
import { ensureImage } from './image.ts'
import { ensureKeys } from './keys.ts'
import { withLock } from './lock.ts'
import { busyRanges, ensureNetwork, machineLock, removeNetwork } from './network.ts'
import type { LabHostSpec, LabOptions } from './options.ts'
import { ensurePrerequisites, requireRoot } from './prerequisites.ts'
import { untilReady } from './ready.ts'
import { nameservers, packageAddresses } from './resolver.ts'
import { writeSeed } from './seed.ts'
import { type PackageSources, packageSources } from './sources.ts'
import {
  bridgeOf,
  hostDir,
  type LabHost,
  type LabState,
  labId,
  loadState,
  lockFile,
  needHost,
  saveState,
} from './state.ts'
import { chooseSubnet, isFree } from './subnet.ts'

interface Supplies {
  readonly images: ReadonlyMap<string, string>
  readonly sources: readonly PackageSources[]
  readonly nameservers: readonly string[]
}

/**
 * Starts these practice hosts, and returns when each lets its operator in. What runs already is left alone, what an
 * earlier run left half-way is completed. Errors: `lab.failed`, `cancelled`.
 */
export const up = async (specs: readonly LabHostSpec[], options: LabOptions): Promise<LabState> => {
  checkSpecs(specs)
  await ensurePrerequisites(options)
  const supplies = await gather(specs, options)
  const waiting = () => options.say('waiting for another run that changes this lab')
  const state = await withLock(lockFile(options.stateDir), () => raise(specs, supplies, options), {
    waiting,
    signal: options.signal,
  })
  await Promise.all(specs.map(({ name }) => untilReady(state, needHost(state, name), options)))
  return state
}

const gather = async (specs: readonly LabHostSpec[], options: LabOptions): Promise<Supplies> => {
  const images = new Map<string, string>()
  const sources: PackageSources[] = []
  for (const release of new Set(specs.map((spec) => spec.release))) {
    const found = await packageSources(release, options.signal)
    sources.push(found)
    images.set(release, await ensureImage(release, found, options))
  }
  return { images, sources, nameservers: await nameservers() }
}

/** Everything of `up` that two runs must not do at once. */
const raise = async (specs: readonly LabHostSpec[], supplies: Supplies, options: LabOptions): Promise<LabState> => {
  const { stateDir, signal } = options
  const before = await loadState(stateDir)
  const packages = await packageAddresses(supplies.sources.flatMap(({ urls }) => urls))
  const state = await withLock(
    machineLock,
    async () => {
      const placed = await settle(before ?? (await newLab(stateDir)), supplies, options)
      const imageOf = (release: string) => supplies.images.get(release) ?? ''
      const allocated = allocate(placed, specs, imageOf, () => randomBytes(16).toString('hex'))
      await saveState(stateDir, allocated)
      await ensureNetwork(allocated, { packages, nameservers: supplies.nameservers })
      return allocated
    },
    { signal },
  )
  await ensureKeys(stateDir, state)
  await Promise.all(specs.map(({ name }) => raiseHost(state, before, needHost(state, name), supplies, options)))
  return state
}

const newLab = async (stateDir: string): Promise<LabState> => {
  const id = await labId(stateDir)
  return { format: 1, id, subnet: '', disks: await chooseDisks(stateDir, id), hosts: {} }
}

/** Keeps the lab's subnet unless something else on this machine has taken it since. */
const settle = async (state: LabState, supplies: Supplies, { say }: LabOptions): Promise<LabState> => {
  const busy = await busyRanges(bridgeOf(state.id), supplies.nameservers)
  if (state.subnet && isFree(state.subnet, busy)) return state
  const subnet = chooseSubnet(state.id, busy)
  if (state.subnet) {
    say(`${state.subnet}.0/24 is in use elsewhere; the lab moves to ${subnet}.0/24 with fresh disks`)
    await lower(state, halt)
    await Promise.all(Object.values(state.hosts).map((host) => wipe(state, host)))
  }
  return renumber(state, subnet)
}

const raiseHost = async (
  state: LabState,
  before: LabState | null,
  host: LabHost,
  supplies: Supplies,
  options: LabOptions,
): Promise<void> => {
  const group = await hostGroup(state.id, host.name)
  const known = before?.hosts[host.name]
  if (known && known.release !== host.release) {
    options.say(`${host.name} becomes ${host.release}, with a fresh disk`)
    await halt(state, host.name)
    await wipe(state, host)
  }
  const { populated, frozen } = await groupState(group.host)
  if (frozen) await freezeGroup(group.host, '0')
  if (populated) return
  await writeSeed(options.stateDir, state, host, supplies.nameservers)
  await launch(state, host, options)
}

export interface DownRequest {
  /** Also forget the lab: its disks, addresses and keys. Default: they are kept for the next `up`. */
  readonly purge?: boolean
}

/** Stops every host and removes what the lab has on this machine. */
export const down = async (options: LabOptions & DownRequest): Promise<void> => {
  requireRoot()
  const { stateDir, purge, signal } = options
  const state = await loadState(stateDir)
  if (!state) return
  await withLock(lockFile(stateDir), () => withLock(machineLock, () => lower(state, purge ? halt : shutDown)), {
    signal,
  })
  if (!purge) return
  await rm(state.disks, { recursive: true, force: true })
  await rm(stateDir, { recursive: true, force: true })
}

const lower = async (state: LabState, stop: (state: LabState, name: string) => Promise<void>): Promise<void> => {
  await Promise.all(Object.keys(state.hosts).map((name) => stop(state, name)))
  await removeGroup(await labGroup(state.id))
  await removeNetwork(state.id)
}

export interface LabHostStatus {
  readonly name: string
  readonly address: string
  readonly release: string
  readonly state: 'running' | 'stopped' | 'frozen'
  /** Bytes. */
  readonly memory: number
}

/** The lab's hosts in the order in which they were first asked for; none where there is no lab. */
export const status = async ({ stateDir }: LabOptions): Promise<LabHostStatus[]> => {
  const state = await loadState(stateDir)
  return Promise.all(
    Object.values(state?.hosts ?? {}).map(async ({ name, address, release }) => {
      const group = await hostGroup(state?.id ?? '', name)
      const { populated, frozen } = await groupState(group.host)
      const memory = await memoryOf(group.host)
      return { name, address, release, state: frozen ? 'frozen' : populated ? 'running' : 'stopped', memory }
    }),
  )
}

/** Where a host's files on this machine are: for logs and messages. */
export const consoleOf = (stateDir: string, name: string): string => join(hostDir(stateDir, name), 'console.log')
