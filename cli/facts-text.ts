import type { HostFacts } from '../engine/core/host.ts'
import { bytes } from './render/bytes.ts'
import { clockTime } from './render/clock-time.ts'
import { visibleLine } from './render/visible.ts'

type Row = readonly [name: string, value: string]

/** The facts of a host and its clock, for people: one a line, everything that a host said made visible. */
export const factsText = (facts: HostFacts, clock: number): string => {
  const rows = [...systemRows(facts, clock), ...diskRows(facts), ...interfaceRows(facts)]
  const longest = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `${name.padEnd(longest)}  ${visibleLine(value)}`.trimEnd()).join('\n')
}

const systemRows = (facts: HostFacts, clock: number): Row[] => [
  ['system', `${facts.os.name}, ${facts.os.architecture}`],
  ['hostname', facts.hostname],
  ['cpus', String(facts.cpus)],
  ['memory', bytes(facts.memory)],
  ['open files', `${facts.openFiles} for one service`],
  ['up for', elapsed(facts.uptime)],
  ['clock', clockTime(clock)],
  ['boot', facts.bootId],
  ['reboot', facts.rebootRequired ? 'required' : 'not required'],
  ['container', facts.container ? 'yes' : 'no'],
  ['we come from', arrivalText(facts.arrival)],
]

const arrivalText = (arrival: HostFacts['arrival']): string => {
  if (!arrival) return 'this machine itself'
  return `${arrival.from}, to port ${arrival.port}${arrival.user === undefined ? '' : ` as ${arrival.user}`}`
}

const diskRows = ({ disks }: HostFacts): Row[] =>
  disks.map(({ mount, device, size, free }, index) => [
    index === 0 ? 'disks' : '',
    `${mount}  ${bytes(free)} free of ${bytes(size)}  ${device}`,
  ])

const interfaceRows = ({ interfaces }: HostFacts): Row[] =>
  interfaces.map(({ name, addresses }, index) => [index === 0 ? 'interfaces' : '', `${name}  ${addresses.join(', ')}`])

const elapsed = (seconds: number): string => {
  const minutes = Math.floor(seconds / 60)
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24]
  return days > 0 ? `${days} d ${hours} h` : hours > 0 ? `${hours} h ${minutes % 60} min` : `${minutes} min`
}
