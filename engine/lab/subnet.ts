import { FettleError } from '../core/error.ts'

/** An IPv4 range as first and last address. */
export interface Range {
  readonly first: number
  readonly last: number
}

const toNumber = (address: string): number =>
  address.split('.').reduce((sum, part) => sum * 256 + Number.parseInt(part, 10), 0)

/** Reads `10.0.0.0/8` or `10.0.0.1`; null for anything else, such as `default`. */
export const rangeOf = (prefix: string): Range | null => {
  const match = /^(\d+\.\d+\.\d+\.\d+)(?:\/(\d+))?$/.exec(prefix)
  if (!match?.[1]) return null
  const size = 2 ** (32 - Number(match[2] ?? 32))
  const first = Math.floor(toNumber(match[1]) / size) * size
  return { first, last: first + size - 1 }
}

const overlaps = (a: Range, b: Range): boolean => a.first <= b.last && b.first <= a.last

/** Whether nothing this machine already reaches lies in the /24. */
export const isFree = (subnet: string, busy: readonly Range[]): boolean => {
  const range = rangeOf(`${subnet}.0/24`)
  return range !== null && !busy.some((other) => overlaps(range, other))
}

/** The first free /24 of 10.100-199, starting at a place that differs from lab to lab. */
export const chooseSubnet = (id: string, busy: readonly Range[]): string => {
  const count = 100 * 256
  const start = Number.parseInt(id, 16) % count
  for (let step = 0; step < count; step++) {
    const place = (start + step) % count
    const subnet = `10.${100 + Math.floor(place / 256)}.${place % 256}`
    if (isFree(subnet, busy)) return subnet
  }
  throw new FettleError({ code: 'lab.failed', message: 'no /24 within 10.100.0.0 to 10.199.255.255 is free here' })
}
