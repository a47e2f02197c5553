import type { HostFacts } from '../engine/core/host.ts'
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
  ['clock', new Date(clock * 1000).toISOString().replace(/\.\d+/, '')],
  ['boot', facts.bootId],
  ['reboot', facts.rebootRequired ? 'required' : 'not required'],
  ['container', facts.container ? 'yes' : 'no'],
]

const diskRows = ({ disks }: HostFacts): Row[] =>
  disks.map(({ mount, device, size, free }, index) => [
    index === 0 ? 'disks' : '',
    `${mount}  ${bytes(free)} free of ${bytes(size)}  ${device}`,
  ])

const interfaceRows = ({ interfaces }: HostFacts): Row[] =>
  interfaces.map(({ name, addresses }, index) => [index === 0 ? 'interfaces' : '', `${name}  ${addresses.join(', ')}`])

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']

const bytes = (count: number): string => {
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, count)) / 10))
  const value = count / 2 ** (10 * power)
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${units[power]}`
}

const elapsed = (seconds: number): string => {
  const minutes = Math.floor(seconds / 60)
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24]
  return days > 0 ? `${days} d ${hours} h` : hours > 0 ? `${hours} h ${minutes % 60} min` : `${minutes} min`
}
