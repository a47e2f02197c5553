import { plainAddress, type VirtualAddress } from '../../core/virtual-address.ts'
import type { AddressState } from './state.ts'

/** A host that may have an address: how it stands, or null where it does not let us in. */
export interface Seen {
  readonly host: string
  readonly said: readonly VirtualAddress[]
  readonly state: AddressState | null
}

/** `ready`: it would take the address over. */
export type Standing =
  | 'has it'
  | 'ready'
  | 'kept away'
  | 'not ready'
  | 'does not serve'
  | 'no keepalived'
  | 'does not answer'

export interface MemberStatus {
  readonly host: string
  readonly standing: Standing
}

export interface AddressStatus {
  readonly name: string
  readonly address: string
  readonly preferred: string | null
  readonly members: readonly MemberStatus[]
  /** What is not in order, in words. */
  readonly troubles: readonly string[]
}

/** Pure. How all addresses of some hosts stand. */
export const statusOf = (seen: readonly Seen[]): readonly AddressStatus[] => {
  const byName = new Map(seen.flatMap(({ said }) => said.map((each) => [each.name, each] as const)))
  return [...byName.values()].map((address) => {
    const members = seen
      .filter(({ said }) => said.some(({ name }) => name === address.name))
      .map((each) => ({ host: each.host, standing: standingOf(address, each.state) }))
    const { name, preferred } = address
    return { name, address: plainAddress(address), preferred, members, troubles: troublesOf(address, members) }
  })
}

const standingOf = (address: VirtualAddress, state: AddressState | null): Standing => {
  if (!state) return 'does not answer'
  if (state.has.includes(plainAddress(address))) return 'has it'
  if (!state.running) return 'no keepalived'
  if (!state.serves) return 'does not serve'
  if (state.away.includes(address.name)) return 'kept away'
  return state.standsBy.includes(address.name) ? 'ready' : 'not ready'
}

/** Pure. Which of them balance nothing at the moment, in words. */
export const outOf = (seen: readonly Seen[]): readonly string[] =>
  seen.flatMap(({ host, state }) => {
    if (!state) return [`${host} does not answer`]
    return state.serves ? [] : [`HAProxy does not serve on ${host}`]
  })

export const holdersOf = (members: readonly MemberStatus[]): readonly string[] =>
  members.filter(({ standing }) => standing === 'has it').map(({ host }) => host)

const troublesOf = ({ name, preferred }: VirtualAddress, members: readonly MemberStatus[]): readonly string[] => {
  const holders = holdersOf(members)
  const [holder] = holders
  const are = (standing: Standing) => members.filter((each) => each.standing === standing).map(({ host }) => host)
  return [
    ...(holders.length > 1 ? [`${holders.join(' and ')} have ${name} at the same time`] : []),
    ...(holders.length === 0 && are('does not answer').length === 0 ? [`nobody has ${name}`] : []),
    ...(holders.length === 0 && are('does not answer').length > 0
      ? [`nobody who answers has ${name}: it may be at ${are('does not answer').join(' or ')}`]
      : []),
    ...(holder !== undefined && preferred !== null && preferred !== holder
      ? [`${holder} has ${name}, and ${preferred} is the preferred one`]
      : []),
    ...(['does not answer', 'no keepalived', 'does not serve', 'not ready', 'kept away'] as const).flatMap((standing) =>
      are(standing).map((host) => `${host} would not take ${name} over: ${reasons[standing]}`),
    ),
  ]
}

const reasons = {
  'does not answer': 'it does not answer',
  'no keepalived': 'keepalived does not run there',
  'does not serve': 'HAProxy does not serve there',
  'not ready': 'keepalived has just been started there',
  'kept away': 'it was told not to, by fettle lb move',
} as const
