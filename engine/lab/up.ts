import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { allocate, checkSpecs, renumber } from './allocate.ts'
import { freezeGroup, groupState, hostGroup, isEmpty } from './cgroup.ts'
import { chooseDisks, diskState } from './disks.ts'
import { clearRemains, stopAll } from './down.ts'
import { halt, launch } from './host.ts'
import { ensureImage, isImage } from './image.ts'
import { pruneImages } from './image-prune.ts'
import { ensureKeys } from './keys.ts'
import { labId } from './lab-id.ts'
import { withLock } from './lock.ts'
import { busyRanges, ensureNetwork, machineLock } from './network.ts'
import type { LabHostSpec, LabOptions } from './options.ts'
import { ensurePrerequisites } from './prerequisites.ts'
import { untilReady } from './ready.ts'
import { nameservers, packageAddresses } from './resolver.ts'
import { writeSeed } from './seed.ts'
import { type PackageSources, packageSources } from './sources.ts'
import { bridgeOf, type LabHost, type LabState, loadState, lockFile, needHost, saveState } from './state.ts'
import { chooseSubnet, isFree } from './subnet.ts'

interface Supplies {
  /** By release. */
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
  await mkdir(dirname(options.stateDir), { recursive: true })
  await mkdir(options.stateDir, { recursive: true, mode: 0o700 })
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
  const connect = async () => {
    const placed = await settle(before ?? (await newLab(stateDir)), supplies, options)
    const imageOf = (release: string) => supplies.images.get(release) ?? ''
    const allocated = allocate(await dropLostImages(placed), specs, imageOf, () => randomBytes(16).toString('hex'))
    await saveState(stateDir, allocated)
    await ensureNetwork(allocated, { packages, nameservers: supplies.nameservers })
    await pruneImages(allocated, options)
    return allocated
  }
  const state = await withLock(machineLock, connect, { signal })
  await ensureKeys(stateDir, state)
  await Promise.all(specs.map(({ name }) => raiseHost(state, needHost(state, name), supplies, options)))
  return state
}

const newLab = async (stateDir: string): Promise<LabState> => {
  const id = await labId(stateDir)
  await clearRemains(id)
  return { format: 1, id, subnet: '', disks: await chooseDisks(stateDir, id), hosts: {} }
}

/** Keeps the lab's subnet unless something else on this machine has taken it since. */
const settle = async (state: LabState, supplies: Supplies, { say }: LabOptions): Promise<LabState> => {
  const busy = await busyRanges(bridgeOf(state.id), supplies.nameservers)
  if (state.subnet && isFree(state.subnet, busy)) return state
  const subnet = chooseSubnet(state.id, busy)
  if (state.subnet) {
    say(`${state.subnet}.0/24 is in use elsewhere; the lab moves to ${subnet}.0/24`)
    await stopAll(state, halt)
  }
  return renumber(state, subnet)
}

/** A host whose base image was deleted needs another one. */
const dropLostImages = async (state: LabState): Promise<LabState> => {
  const hosts = Object.values(state.hosts).map(async (host) =>
    (await isImage(host.image)) ? host : { ...host, image: '' },
  )
  return { ...state, hosts: Object.fromEntries((await Promise.all(hosts)).map((host) => [host.name, host])) }
}

const raiseHost = async (state: LabState, host: LabHost, supplies: Supplies, options: LabOptions): Promise<void> => {
  const group = await hostGroup(state.id, host.name)
  if ((await diskState(state, host)) === 'outdated') {
    options.say(`${host.name} gets a fresh disk, since its base image or address has changed`)
    await halt(state, host.name)
  }
  if ((await groupState(group.host)).frozen) await freezeGroup(group.host, 'thawed')
  if (!(await isEmpty(group.launcher))) return
  await writeSeed(options.stateDir, state, host, supplies.nameservers)
  await launch(state, host, options)
}
