import { addressesOf } from '../../engine/core/addresses.ts'
import { FettleError, type Problem, throwAll } from '../../engine/core/error.ts'
import type { HostView, SiteView } from '../../engine/core/host.ts'
import { didYouMean } from '../../engine/core/suggest.ts'
import { plainAddress, type VirtualAddress } from '../../engine/core/virtual-address.ts'

/** A host that may have an address. */
export interface Member {
  readonly host: HostView
  readonly said: VirtualAddress
  readonly priority: number
}

/**
 * Of whom has no priority of its own: the preferred one first, then the others in the order of the inventory. The greater it is,
 * the sooner a host takes an address over that was given away: after (256 - priority) / 256 of the time between two signs of life.
 */
const best = 254
const first = 250

/** The hosts that have an address by turns. Errors: `settings.invalid`, for all that does not fit together. */
export const membersOf = (site: SiteView, name: string): readonly Member[] => {
  const all = site
    .hosts('all')
    .flatMap((host) => site.virtualAddresses(host.name).flatMap((said) => (said.name === name ? [{ host, said }] : [])))
  const members = all.map(({ host, said }, index) => ({
    ...{ host, said },
    priority: said.priority ?? (said.preferred === host.name ? best : Math.max(1, first - index)),
  }))
  throwAll([...differing(members), ...strangers(members), ...alike(members), ...overlapping(site, members)])
  return members
}

const differing = (members: readonly Member[]): readonly Problem[] => {
  const [one] = members
  const terms = ({ said: { address, router, preferred, every } }: Member) =>
    JSON.stringify([address, router, preferred, every])
  return members
    .filter((other) => one && terms(other) !== terms(one))
    .map(({ host, said }) => ({
      code: 'settings.invalid',
      host: host.name,
      message: `${one?.host.name} and ${host.name} say different things of the address "${said.name}"`,
      hint: 'its settings belong to a group of which both are',
    }))
}

const strangers = (members: readonly Member[]): readonly Problem[] => {
  const [one] = members
  const preferred = one?.said.preferred ?? null
  if (!one || preferred === null || members.some(({ host }) => host.name === preferred)) return []
  const names = members.map(({ host }) => host.name)
  return [
    {
      code: 'settings.invalid',
      message: `"${preferred}" is preferred for the address "${one.said.name}", and does not have it by turns`,
      hint: didYouMean(preferred, names) ?? `those that do are: ${names.join(', ')}`,
    },
  ]
}

const alike = (members: readonly Member[]): readonly Problem[] =>
  members.flatMap((one, index) =>
    members.slice(index + 1).flatMap((other) =>
      one.priority === other.priority
        ? [
            {
              code: 'settings.invalid' as const,
              host: other.host.name,
              message: `${one.host.name} and ${other.host.name} have one priority, ${one.priority}, for the address "${one.said.name}"`,
              hint: 'give each its own, or leave them out',
            },
          ]
        : [],
    ),
  )

/** Within one network an election is known by its number alone. */
const overlapping = (site: SiteView, [one]: readonly Member[]): readonly Problem[] => {
  if (!one) return []
  const { name, router } = one.said
  const address = plainAddress(one.said)
  const others = site.hosts('all').flatMap(({ name: host }) => site.virtualAddresses(host))
  const clash = others.find(
    (other) => other.name !== name && (other.router === router || plainAddress(other) === address),
  )
  if (!clash) return []
  const what = clash.router === router ? `the number ${router}` : `the address ${address}`
  return [
    {
      code: 'settings.invalid',
      message: `"${name}" and "${clash.name}" have ${what} both`,
      hint: 'give one of them another: keepalived: { addresses: { NAME: { router: NUMBER } } }',
    },
  ]
}

const isV6 = (address: string): boolean => address.includes(':')

/** Where a member's signs of life come from. Errors: `settings.invalid` where no address of that kind is known. */
export const sourceOf = ({ host, said }: Member): string => {
  const found = addressesOf(host).find((each) => isV6(each) === isV6(said.address))
  if (found) return found
  throw new FettleError({
    code: 'settings.invalid',
    host: host.name,
    message: `${host.name} may have the address "${said.name}", and its own ${isV6(said.address) ? 'IPv6' : 'IPv4'} address is not known`,
    hint: `add "fettle_addresses: [ADDRESS]" to ${host.name} in the inventory: where its connections come from`,
  })
}

/** Where signs of life come from, besides this host. */
export const peersOf = (site: SiteView, { name: self }: HostView, name: string): readonly string[] =>
  membersOf(site, name)
    .filter(({ host }) => host.name !== self)
    .map(sourceOf)
