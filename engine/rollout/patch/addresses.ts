import { setTimeout as pause } from 'node:timers/promises'
import { move, moveOf } from '../addresses/move.ts'
import { type Sharing, see } from '../addresses/see.ts'
import { type AddressStatus, holdersOf, statusOf } from '../addresses/status.ts'
import { HeldHost } from '../held-host.ts'
import type { PatchHost, PatchSite } from './site.ts'

/** Seconds that a host may take to stand by again after it was patched. */
const patience = 30

/** Milliseconds from one look to the next. */
const pace = 500

/** Those that stand by come before those that have an address: it moves once. */
export const standbyFirst = async (
  { sharing }: PatchSite,
  hosts: readonly PatchHost[],
): Promise<readonly PatchHost[]> => {
  const holders = new Set(statusOf(await see(sharing)).flatMap(({ members }) => holdersOf(members)))
  return [...hosts.filter(({ name }) => !holders.has(name)), ...hosts.filter(({ name }) => holders.has(name))]
}

/**
 * Has others take the addresses of a host over that is about to be patched; where nobody could, that is told. Errors:
 * `address.failed`, `step.failed`.
 */
export const giveAway = async ({ sharing, emit }: PatchSite, { name: host }: PatchHost): Promise<void> => {
  const own = async () => statusOf(await see(sharing)).filter(({ members }) => holdersOf(members).includes(host))
  const end = performance.now() + patience * 1000
  let addresses = await own()
  while (!addresses.every(isWanted) && performance.now() < end) {
    await pause(pace)
    addresses = await own()
  }
  for (const address of addresses) {
    const wanted = isWanted(address) ? moveOf(address, undefined) : null
    if (wanted) await move(membersOf(address, sharing), wanted)
    else emit({ type: 'warning', host, message: `nobody could take ${address.name} over: it is away meanwhile` })
  }
}

const isWanted = ({ members }: AddressStatus): boolean => members.some(({ standing }) => standing === 'ready')

const membersOf = ({ members }: AddressStatus, sharing: readonly Sharing[]): ReadonlyMap<string, HeldHost> =>
  new Map(
    sharing
      .filter(({ host }) => members.some((each) => each.host === host))
      .flatMap(({ host, held }) => (held instanceof HeldHost ? [[host, held] as const] : [])),
  )

/** Who may take the addresses of these hosts over, as far as they let us in. */
export const sharedWith = ({ sharing }: PatchSite, hosts: readonly PatchHost[]): readonly HeldHost[] => {
  const names = new Set(
    sharing
      .filter(({ host }) => hosts.some(({ name }) => name === host))
      .flatMap(({ addresses }) => addresses.map(({ name }) => name)),
  )
  return sharing.flatMap(({ addresses, held }) =>
    held instanceof HeldHost && addresses.some(({ name }) => names.has(name)) ? [held] : [],
  )
}
