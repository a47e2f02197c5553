import ipaddr from 'ipaddr.js'

const parse = (text: string) => (text.includes('/') ? ipaddr.parseCIDR(text) : ([ipaddr.parse(text), null] as const))

const isAddress = (text: string): boolean => ipaddr.isValid(text) && !text.includes('%') && hasFourParts(text)

/** An address counts as a network of one. */
export const isNetwork = (text: string): boolean => {
  const [address = '', length] = text.split('/')
  return isAddress(address) && (length === undefined || ipaddr.isValidCIDR(text))
}

/** `10.1` is an address to the library, and a slip to everybody else. */
const hasFourParts = (text: string): boolean => text.includes(':') || /^\d+\.\d+\.\d+\.\d+$/.test(text)

/** The one way to write a network that ufw and the kernel share: masked, shortest, a single address without length. */
export const plainNetwork = (text: string): string => {
  const [address, length] = parse(text)
  const whole = address.kind() === 'ipv4' ? 32 : 128
  if (length === null || length === whole) return address.toString()
  const mask = address.kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6
  return `${mask.networkAddressFromCIDR(text).toString()}/${length}`
}

export const contains = (network: string, address: string): boolean => {
  const [base, length] = parse(network)
  const found = ipaddr.process(address)
  return base.kind() === found.kind() && found.match(base, length ?? (base.kind() === 'ipv4' ? 32 : 128))
}
