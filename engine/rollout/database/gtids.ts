import type { Flavor } from '../../core/database.ts'

/** From the first number to the last, both included. */
type Interval = readonly [first: number, last: number]

/**
 * Transactions, by whose they are: MySQL's server UUID (and tag), MariaDB's domain and server. Intervals are sorted, apart
 * from each other, and at least one.
 */
export type Gtids = ReadonlyMap<string, readonly Interval[]>

/**
 * Reads `@@gtid_executed` of MySQL, or `@@gtid_binlog_state` of MariaDB, where a server's number stands for all it wrote
 * in that domain up to it.
 */
export const readGtids = (flavor: Flavor, text: string): Gtids =>
  flavor === 'mysql' ? readMysql(text) : readMariadb(text)

const partsOf = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

/** `UUID:1-5:7`, and with tags `UUID:1-5:tag:1-3`. */
const readMysql = (text: string): Gtids => {
  const all = new Map<string, Interval[]>()
  for (const part of partsOf(text)) {
    const [uuid = '', ...words] = part.split(':')
    let source = uuid.toLowerCase()
    for (const word of words) {
      const [first, last] = word.split('-').map(Number)
      if (first === undefined || Number.isNaN(first)) source = `${uuid.toLowerCase()}:${word}`
      else add(all, source, [first, last ?? first])
    }
  }
  return new Map([...all].map(([source, intervals]) => [source, joined(intervals)]))
}

/** `DOMAIN-SERVER-NUMBER`. */
const readMariadb = (text: string): Gtids => {
  const all = new Map<string, Interval[]>()
  for (const part of partsOf(text)) {
    const [domain = '', server = '', number = ''] = part.split('-')
    add(all, `${domain}-${server}`, [1, Number(number)])
  }
  return new Map([...all].map(([source, intervals]) => [source, joined(intervals)]))
}

const add = (all: Map<string, Interval[]>, source: string, interval: Interval): void => {
  const known = all.get(source)
  if (known) known.push(interval)
  else all.set(source, [interval])
}

const joined = (intervals: readonly Interval[]): readonly Interval[] => {
  const sorted = [...intervals].sort(([one], [other]) => one - other)
  const all: [number, number][] = []
  for (const [first, last] of sorted) {
    const before = all.at(-1)
    if (before && first <= before[1] + 1) before[1] = Math.max(before[1], last)
    else all.push([first, last])
  }
  return all
}

/** As `@@gtid_binlog_state` of MariaDB says it. */
export const binlogState = (gtids: Gtids): string =>
  [...gtids].flatMap(([source, intervals]) => intervals.slice(-1).map(([, last]) => `${source}-${last}`)).join(',')

/** What `one` has and `other` lacks. */
export const minus = (one: Gtids, other: Gtids): Gtids => {
  const left = [...one].map(([source, intervals]) => [source, without(intervals, other.get(source) ?? [])] as const)
  return new Map(left.filter(([, intervals]) => intervals.length > 0))
}

const without = (intervals: readonly Interval[], taken: readonly Interval[]): readonly Interval[] =>
  taken.reduce<readonly Interval[]>(
    (left, [first, last]) =>
      left.flatMap(([from, to]): Interval[] =>
        last < from || first > to
          ? [[from, to]]
          : [...(from < first ? [[from, first - 1] as const] : []), ...(to > last ? [[last + 1, to] as const] : [])],
      ),
    intervals,
  )

/** Whether `other` has all that `one` has. */
export const isWithin = (one: Gtids, other: Gtids): boolean => minus(one, other).size === 0

export const count = (gtids: Gtids): number =>
  [...gtids.values()].flat().reduce((sum, [first, last]) => sum + last - first + 1, 0)

/** For people: `0-1: 201 to 205`. */
export const describeGtids = (gtids: Gtids): string =>
  [...gtids]
    .map(([source, intervals]) => {
      const numbers = intervals.map(([first, last]) => (first === last ? `${first}` : `${first} to ${last}`))
      return `${source}: ${numbers.join(', ')}`
    })
    .join('; ')
