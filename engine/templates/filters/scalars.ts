import type { Filters } from './filter.ts'
import { Misuse, number, text, truth } from './values.ts'

const orDefault = (value: unknown, otherwise: unknown = '', alsoFalse?: unknown): unknown =>
  value === undefined || (truth(alsoFalse) && !truth(value)) ? otherwise : value

const asNumber = (value: unknown): number => {
  const written = typeof value === 'boolean' ? Number(value) : text(value).trim()
  return written === '' ? Number.NaN : Number(written)
}

const int = (value: unknown, otherwise: unknown = 0, base?: unknown): unknown => {
  const whole = base === undefined ? Math.trunc(asNumber(value)) : Number.parseInt(text(value), number(base))
  return Number.isFinite(whole) ? whole : otherwise
}

const float = (value: unknown, otherwise: unknown = 0): unknown => {
  const result = asNumber(value)
  return Number.isFinite(result) ? result : otherwise
}

const yes = new Set(['yes', 'on', '1', 'true', 'y'])
const no = new Set(['no', 'off', '0', 'false', 'n', ''])

const bool = (value: unknown): boolean => {
  if (value === null) return false
  const word = text(value).toLowerCase()
  if (yes.has(word)) return true
  if (no.has(word)) return false
  throw new Misuse(`"${word}" is neither yes nor no`)
}

const round = (value: unknown, precision: unknown = 0, method: unknown = 'common'): number => {
  const factor = 10 ** number(precision)
  const ways: Readonly<Record<string, (value: number) => number>> = {
    common: (x) => Math.sign(x) * Math.round(Math.abs(x)),
    ceil: Math.ceil,
    floor: Math.floor,
  }
  const way = ways[text(method)]
  if (!way) throw new Misuse(`"round" knows common, ceil and floor, not "${text(method)}"`)
  return way(number(value) * factor) / factor
}

const ternary = (value: unknown, yes: unknown, no: unknown, none?: unknown): unknown =>
  value === null && none !== undefined ? none : truth(value) ? yes : no

export const scalarFilters: Filters = {
  default: { parameters: ['default_value', 'boolean'], apply: orDefault },
  d: { parameters: ['default_value', 'boolean'], apply: orDefault },
  int: { parameters: ['default', 'base'], apply: int },
  float: { parameters: ['default'], apply: float },
  bool: { parameters: [], apply: bool },
  abs: { parameters: [], apply: (value) => Math.abs(number(value)) },
  round: { parameters: ['precision', 'method'], apply: round },
  ternary: { parameters: ['true_val', 'false_val', 'none_val'], required: 2, apply: ternary },
}
