import { isIP } from 'node:net'
import type { PackageSources } from '../../engine/lab/sources.ts'

/** One place that packages come from. */
export interface Way {
  readonly hostname: string
  readonly port: number
  /** The address within the virtual machine's network that leads there. */
  readonly address: string
}

/** A virtual machine's own network. Nothing leaves it but what has a way, so that a test cannot touch a stranger. */
export const network = { machine: '10.0.2.15', router: '10.0.2.2' } as const

export const waysTo = ({ urls }: PackageSources): readonly Way[] =>
  [...new Set(urls.map((url) => new URL(url).origin))].sort().map((origin, index) => {
    const { hostname, port, protocol } = new URL(origin)
    const usual = protocol === 'https:' ? 443 : 80
    return { hostname, port: port === '' ? usual : Number(port), address: `10.0.2.${100 + index}` }
  })

/** Names lead to the ways by /etc/hosts; what is called by its address, in the sources themselves. */
export const asSeenWithin = (sources: PackageSources, ways: readonly Way[]): PackageSources => {
  const bare = ways.filter(({ hostname }) => isIP(hostname) !== 0)
  const led = (text: string) =>
    bare.reduce((now, { hostname, address }) => now.replaceAll(`//${hostname}`, `//${address}`), text)
  return { ...sources, lines: sources.lines.map(led), aptSettings: sources.aptSettings.map(led) }
}

/** For qemu: each connection has a program of its own, that passes on what is said. */
export const forwards = (ways: readonly Way[]): readonly string[] =>
  ways.map(({ hostname, port, address }) => `guestfwd=tcp:${address}:${port}-cmd:nc ${hostname} ${port}`)
