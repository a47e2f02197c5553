import { addressesOf } from '../engine/core/addresses.ts'
import { type Problem, throwAll } from '../engine/core/error.ts'
import type { HostView } from '../engine/core/host.ts'
import { plainNetwork } from './networks.ts'

/** Where hosts come from that do something: `logs in to databases`. Errors: `settings.invalid`, for all whose addresses are not known. */
export const addressesIn = (hosts: readonly HostView[], does: string): readonly string[] => {
  throwAll(hosts.filter((host) => addressesOf(host).length === 0).map((host) => unknownAddress(host, does)))
  return hosts.flatMap(addressesOf).map(plainNetwork)
}

const unknownAddress = ({ name, address }: HostView, does: string): Problem => ({
  code: 'settings.invalid',
  message: `${name} ${does}, and its address is not known`,
  detail: `the inventory reaches it by the name ${address}, and no names are looked up here`,
  hint: `add "fettle_addresses: [ADDRESS]" to ${name} in the inventory: where its connections come from`,
})
