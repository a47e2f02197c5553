import ipaddr from 'ipaddr.js'
import { addressesOf } from '../../engine/core/addresses.ts'
import { FettleError } from '../../engine/core/error.ts'
import type { HostView } from '../../engine/core/host.ts'
import type { KeepalivedSettings } from './settings.ts'

type Said = KeepalivedSettings['addresses'][string]['address']

/** With prefix length. Errors: `settings.invalid` where the network that a number is of is not known. */
export const addressIn = (host: HostView, name: string, said: Said): string => {
  if (typeof said === 'string') return said
  const own = addressesOf(host).find((each) => ipaddr.IPv4.isValidFourPartDecimal(each))
  if (own) return numberedIn(`${own}/${said.length}`, said)
  throw new FettleError({
    code: 'settings.invalid',
    host: host.name,
    message: `the address "${name}" is number ${said.number} of the network of ${host.name}, whose IPv4 address is not known`,
    hint: `add "fettle_addresses: [ADDRESS]" to ${host.name} in the inventory`,
  })
}

const numberedIn = (own: string, { number, length }: Exclude<Said, string>): string => {
  const bytes = ipaddr.IPv4.networkAddressFromCIDR(own).toByteArray()
  const whole = bytes.reduce((sum, byte) => sum * 256 + byte, 0) + number
  return `${[24, 16, 8, 0].map((shift) => Math.floor(whole / 2 ** shift) % 256).join('.')}/${length}`
}
