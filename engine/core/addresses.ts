import type { HostView } from './host.ts'

/** Whether it is an address, and no name. Names hold no colons. */
const isAddress = (text: string): boolean => text.includes(':') || /^\d+(\.\d+){3}$/.test(text)

/**
 * Where a host's connections to others come from: what the inventory says as `fettle_addresses`, or the address at
 * which it is reached. Empty where only a name is known.
 */
export const addressesOf = ({ address, variables }: HostView): readonly string[] => {
  const said = variables.fettle_addresses
  if (said !== undefined) return [said].flat().map(String)
  return isAddress(address) ? [address] : []
}

/** As URLs and others want an address, or a name, that a port follows. */
export const bracketed = (address: string): string => (address.includes(':') ? `[${address}]` : address)
