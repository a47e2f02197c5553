import { isIP } from 'node:net'
import { addressesOf } from '../../core/addresses.ts'
import type { OpenPort } from '../../core/listen.ts'
import { mayReach, type Source, type Walled } from './walled.ts'

/** One connection to be tried. */
export interface Probe {
  readonly from: Source
  readonly to: Walled
  readonly address: string
  readonly port: number
  /** Who opened it to this source; null where nobody did. */
  readonly allowed: OpenPort | null
}

export interface Probes {
  readonly probes: readonly Probe[]
  /** What cannot be tried, in words. */
  readonly skipped: readonly string[]
}

/**
 * A few connections that tell whether a host lets in whom it should and nobody else: for each opening this machine and
 * one host where they may, for each port one of each where they may not, and a port that nobody opened.
 */
export const probesOf = (to: Walled, sources: readonly Source[], turn: number): Probes => {
  const others = sources.filter((source) => source?.name !== to.host.name)
  const pick = oneOfEach(others, turn)
  const tcp = to.ports.filter(({ protocol }) => protocol === 'tcp')
  const probes: Probe[] = []
  const skipped = to.ports.filter(({ protocol }) => protocol === 'udp').map((open) => silent(open, to))
  for (const open of tcp) {
    const chosen = pick((source) => mayReach(source, open, to) === true)
    if (chosen.length === 0) skipped.push(`port ${open.port} of ${to.host.name}: none who may reach it is at hand`)
    probes.push(...chosen.flatMap((from) => probesFrom(from, to, open.port)))
  }
  for (const port of new Set([...tcp.map((open) => open.port), quietPort(tcp)])) {
    const chosen = pick((source) => openingsOf(to, port).every((open) => mayReach(source, open, to) === false))
    probes.push(...chosen.flatMap((from) => probesFrom(from, to, port)))
  }
  const named = ({ from, address, port }: Probe) => JSON.stringify([from?.name, address, port])
  return { probes: [...new Map(probes.map((probe) => [named(probe), probe])).values()], skipped }
}

const silent = ({ port }: OpenPort, { host }: Walled): string =>
  `port ${port}/udp of ${host.name}: what does not answer cannot be told from what is kept out`

const openingsOf = ({ ports }: Walled, port: number): readonly OpenPort[] =>
  ports.filter((open) => open.protocol === 'tcp' && covers(open, port))

const covers = ({ port, through = port }: OpenPort, wanted: number): boolean => port <= wanted && wanted <= through

/** A port that nobody opened: discard, or its neighbours. */
const quietPort = (open: readonly OpenPort[]): number =>
  [9, 19, 13, 7].find((port) => !open.some((each) => covers(each, port))) ?? 1

/** This machine, and one of the hosts, each time another one. */
const oneOfEach = (sources: readonly Source[], turn: number) => {
  const hosts = sources.filter((source) => source !== null)
  return (fits: (source: Source) => boolean): readonly Source[] => {
    const fitting = hosts.filter(fits)
    const host = fitting[turn % Math.max(1, fitting.length)]
    return [...(sources.includes(null) && fits(null) ? [null] : []), ...(host ? [host] : [])]
  }
}

/** To each address of the host for which the source has one of its kind. */
const probesFrom = (from: Source, to: Walled, port: number): readonly Probe[] => {
  const own = from ? addressesOf(from) : []
  const addresses = from ? [...new Set([to.host.address, ...addressesOf(to.host)])] : [to.host.address]
  return addresses.flatMap((address) => {
    const like = own.filter((each) => isIP(address) === 0 || isIP(each) === isIP(address))
    if (own.length > 0 && like.length === 0) return []
    const openings = openingsOf(to, port)
    const allowed = openings.find((open) => mayReach(from, open, to, like)) ?? null
    const isUnknown = !allowed && openings.some((open) => mayReach(from, open, to, like) === null)
    return isUnknown ? [] : [{ from, to, address, port, allowed }]
  })
}
