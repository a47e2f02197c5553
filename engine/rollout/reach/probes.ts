import { isIP } from 'node:net'
import { addressesOf } from '../../core/addresses.ts'
import type { OpenPort } from '../../core/listen.ts'
import { mayReach, type Source, type Walled } from './walled.ts'

type Protocol = OpenPort['protocol']

/** One connection to be tried, or with UDP a few datagrams. */
export interface Probe {
  readonly from: Source
  readonly to: Walled
  readonly address: string
  readonly protocol: Protocol
  readonly port: number
  /** Who opened it to this source; null where nobody did. */
  readonly allowed: OpenPort | null
}

/** `80`, or `53/udp`. */
export const portText = ({ port, protocol }: Pick<Probe, 'port' | 'protocol'>): string =>
  protocol === 'tcp' ? String(port) : `${port}/${protocol}`

export interface Probes {
  readonly probes: readonly Probe[]
  /** What cannot be tried, in words. */
  readonly skipped: readonly string[]
}

/**
 * A few probes that tell whether a host lets in whom it should and nobody else: for each opening this machine and one
 * host where they may, for each port one of each where they may not, and a port that nobody opened.
 */
export const probesOf = (to: Walled, sources: readonly Source[], turn: number): Probes => {
  const others = sources.filter((source) => source?.name !== to.host.name)
  const pick = oneOfEach(others, turn)
  const protocols = (['tcp', 'udp'] as const).filter((each) => each === 'tcp' || portsOf(to, each).length > 0)
  const chosen = protocols.map((protocol) => probesOver(protocol, to, pick))
  const probes = chosen.flatMap((each) => each.probes)
  const named = ({ from, address, protocol, port }: Probe) => JSON.stringify([from?.name, address, protocol, port])
  return {
    probes: [...new Map(probes.map((probe) => [named(probe), probe])).values()],
    skipped: chosen.flatMap((each) => each.skipped),
  }
}

const probesOver = (protocol: Protocol, to: Walled, pick: Choose): Probes => {
  const ports = portsOf(to, protocol)
  const probes: Probe[] = []
  const skipped: string[] = []
  for (const open of ports) {
    const chosen = pick((source) => mayReach(source, open, to) === true)
    if (chosen.length === 0) skipped.push(`port ${portText(open)} of ${to.host.name}: none who may reach it is at hand`)
    probes.push(...chosen.flatMap((from) => probesFrom(from, to, open)))
  }
  for (const port of new Set([...ports.map((open) => open.port), quietPort(ports)])) {
    const chosen = pick((source) =>
      openingsOf(to, { protocol, port }).every((open) => mayReach(source, open, to) === false),
    )
    probes.push(...chosen.flatMap((from) => probesFrom(from, to, { protocol, port })))
  }
  return { probes, skipped }
}

const portsOf = ({ ports }: Walled, protocol: Protocol): readonly OpenPort[] =>
  ports.filter((open) => open.protocol === protocol)

const openingsOf = (to: Walled, { protocol, port }: Pick<Probe, 'protocol' | 'port'>): readonly OpenPort[] =>
  portsOf(to, protocol).filter((open) => covers(open, port))

const covers = ({ port, through = port }: OpenPort, wanted: number): boolean => port <= wanted && wanted <= through

/** A port that nobody opened: discard, or its neighbours. */
const quietPort = (open: readonly OpenPort[]): number =>
  [9, 19, 13, 7].find((port) => !open.some((each) => covers(each, port))) ?? 1

type Choose = (fits: (source: Source) => boolean) => readonly Source[]

/** This machine, and one of the hosts, each time another one. */
const oneOfEach = (sources: readonly Source[], turn: number): Choose => {
  const hosts = sources.filter((source) => source !== null)
  return (fits) => {
    const fitting = hosts.filter(fits)
    const host = fitting[turn % Math.max(1, fitting.length)]
    return [...(sources.includes(null) && fits(null) ? [null] : []), ...(host ? [host] : [])]
  }
}

/** To each address of the host for which the source has one of its kind. */
const probesFrom = (from: Source, to: Walled, end: Pick<Probe, 'protocol' | 'port'>): readonly Probe[] => {
  const { protocol, port } = end
  const own = from ? addressesOf(from) : []
  const addresses = from ? [...new Set([to.host.address, ...addressesOf(to.host)])] : [to.host.address]
  return addresses.flatMap((address) => {
    const like = own.filter((each) => isIP(address) === 0 || isIP(each) === isIP(address))
    if (own.length > 0 && like.length === 0) return []
    const openings = openingsOf(to, end)
    const allowed = openings.find((open) => mayReach(from, open, to, like)) ?? null
    const isUnknown = !allowed && openings.some((open) => mayReach(from, open, to, like) === null)
    return isUnknown ? [] : [{ from, to, address, protocol, port, allowed }]
  })
}
