import { lookup } from 'node:dns/promises'
import { readFile } from 'node:fs/promises'
import { isIPv4 } from 'node:net'
import type { Outward } from './firewall.ts'

/** The IPv4 name servers of a resolv.conf that another host can ask too. */
export const reachableNameservers = (resolvConf: string): string[] =>
  [...resolvConf.matchAll(/^\s*nameserver\s+(\S+)/gm)]
    .map((match) => match[1] ?? '')
    .filter((address) => isIPv4(address) && !address.startsWith('127.'))

const read = (file: string) => readFile(file, 'utf8').catch(() => '')

/** The name servers of this machine; those behind systemd-resolved's stub where there is one. Empty when none serve others. */
export const nameservers = async (): Promise<string[]> => {
  const [direct, behindStub] = await Promise.all([read('/etc/resolv.conf'), read('/run/systemd/resolve/resolv.conf')])
  const found = reachableNameservers(direct)
  return found.length > 0 ? found : reachableNameservers(behindStub)
}

/** Every IPv4 address behind the given URLs. A name that does not resolve is left out: apt will say so where it matters. */
export const packageAddresses = async (urls: readonly string[]): Promise<Outward['packages']> => {
  const found = await Promise.all(
    [...new Set(urls.map((url) => new URL(url).origin))].map(async (origin) => {
      const { hostname, port, protocol } = new URL(origin)
      const addresses = await lookup(hostname, { all: true, family: 4 }).catch(() => [])
      return addresses.map(({ address }) => ({ address, port: Number(port || (protocol === 'https:' ? 443 : 80)) }))
    }),
  )
  return found.flat()
}
