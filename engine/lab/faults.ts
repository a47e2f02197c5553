import { controller } from './allocate.ts'
import { wipe } from './disks.ts'
import { cutElement, cutRules } from './firewall.ts'
import { beginReboot, halt, launch, setFrozen } from './host.ts'
import { withLock } from './lock.ts'
import { tableOf } from './network.ts'
import type { LabOptions } from './options.ts'
import { requireRoot } from './prerequisites.ts'
import { untilReady } from './ready.ts'
import { run } from './run.ts'
import { cableOf, type LabHost, type LabState, lockFile, needHost, needState } from './state.ts'

const open = async (name: string, { stateDir }: LabOptions): Promise<{ state: LabState; host: LabHost }> => {
  requireRoot()
  const state = await needState(stateDir)
  return { state, host: needHost(state, name) }
}

/** Reboots a host in good order and waits until it lets its operator in again. */
export const reboot = async (name: string, options: LabOptions): Promise<void> => {
  const { state, host } = await open(name, options)
  await beginReboot(state, name, options.signal)
  await untilReady(state, host, options)
}

/** Pulls the plug: whatever the host was doing ends at once. */
export const powerOff = async (name: string, options: LabOptions): Promise<void> => {
  const { state } = await open(name, options)
  await halt(state, name)
}

/** Starts a host that is off and waits until it lets its operator in. */
export const start = async (name: string, options: LabOptions): Promise<void> => {
  const { state, host } = await open(name, options)
  await launch(state, host, options)
  await untilReady(state, host, options)
}

/** Gives a host the pristine base image again, with the address and keys it had. */
export const reset = async (name: string, options: LabOptions): Promise<void> => {
  const { state, host } = await open(name, options)
  await halt(state, name)
  await wipe(state, host)
  await launch(state, host, options)
  await untilReady(state, host, options)
}

/** Stops a host's clockwork: its kernel still answers, nothing on it moves. */
export const freeze = async (name: string, options: LabOptions): Promise<void> => {
  const { state } = await open(name, options)
  await setFrozen(state, name, 'frozen')
}

export const thaw = async (name: string, options: LabOptions): Promise<void> => {
  const { state } = await open(name, options)
  await setFrozen(state, name, 'thawed')
}

const hint = 'is the lab up? fettle lab up'

const element = async (a: string, b: string, options: LabOptions) => {
  const [one, other] = a === controller ? [b, a] : [a, b]
  const { state, host } = await open(one, options)
  const end = other === controller ? null : cableOf(state.id, needHost(state, other))
  return { table: tableOf(state.id), ...cutElement(cableOf(state.id, host), end) }
}

/** Drops everything between two hosts, or between a host and `controller`, with whom the world beyond goes too. */
export const cut = async (a: string, b: string, options: LabOptions): Promise<void> => {
  const { table, set, text } = await element(a, b, options)
  await run(['nft', `add element bridge ${table} ${set} ${text}`], { hint })
}

/** Drops what one host sends to another one; what that one sends still comes. */
export const cutOneWay = async (from: string, to: string, options: LabOptions): Promise<void> => {
  const { state, host } = await open(from, options)
  const pair = `{ "${cableOf(state.id, host)}" . "${cableOf(state.id, needHost(state, to))}" }`
  await run(['nft', `add element bridge ${tableOf(state.id)} pairs ${pair}`], { hint })
}

/** Takes back the cut between two ends. */
export const healBetween = async (a: string, b: string, options: LabOptions): Promise<void> => {
  const { table, set, text } = await element(a, b, options)
  await run(['nft', '-f', '-'], {
    input: `add element bridge ${table} ${set} ${text}\ndelete element bridge ${table} ${set} ${text}\n`,
    hint,
  })
}

/** Takes back every cut. */
export const heal = async (options: LabOptions): Promise<void> => {
  requireRoot()
  const { id } = await needState(options.stateDir)
  await withLock(lockFile(options.stateDir), () => run(['nft', '-f', '-'], { input: cutRules(tableOf(id)) }))
}
