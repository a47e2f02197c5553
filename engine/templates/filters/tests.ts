import { regex } from './regex.ts'
import { kindOf, mapping, number, order, same, text, truth } from './values.ts'

type Test = (value: unknown, argument: unknown) => boolean

const contains: Test = (value, item) => {
  if (kindOf(value) === 'text') return text(value).includes(text(item))
  return Array.isArray(value) ? value.some((other) => same(other, item)) : Object.hasOwn(mapping(value), text(item))
}

const equal: Test = (value, other) => same(value, other)
const greater: Test = (value, other) => order(value, other) > 0
const less: Test = (value, other) => order(value, other) < 0

/** What may follow "is", and what select, reject and their kin know. */
export const tests: Readonly<Record<string, Test>> = {
  defined: (value) => value !== undefined,
  undefined: (value) => value === undefined,
  none: (value) => value === null,
  null: (value) => value === null,
  true: (value) => value === true,
  false: (value) => value === false,
  truthy: (value) => truth(value),
  falsy: (value) => !truth(value),
  boolean: (value) => typeof value === 'boolean',
  string: (value) => kindOf(value) === 'text',
  number: (value) => typeof value === 'number',
  integer: (value) => Number.isInteger(value),
  float: (value) => typeof value === 'number' && !Number.isInteger(value),
  mapping: (value) => kindOf(value) === 'a mapping',
  sequence: (value) => Array.isArray(value),
  iterable: (value) => Array.isArray(value) || kindOf(value) === 'a mapping',
  even: (value) => number(value) % 2 === 0,
  odd: (value) => Math.abs(number(value) % 2) === 1,
  divisibleby: (value, by) => number(value) % number(by) === 0,
  eq: equal,
  equalto: equal,
  sameas: equal,
  '==': equal,
  ne: (value, other) => !same(value, other),
  '!=': (value, other) => !same(value, other),
  gt: greater,
  greaterthan: greater,
  '>': greater,
  ge: (value, other) => !less(value, other),
  '>=': (value, other) => !less(value, other),
  lt: less,
  lessthan: less,
  '<': less,
  le: (value, other) => !greater(value, other),
  '<=': (value, other) => !greater(value, other),
  in: (value, container) => contains(container, value),
  contains,
  match: (value, pattern) => regex(`^(?:${text(pattern)})`, false, false).test(text(value)),
  search: (value, pattern) => regex(pattern, false, false).test(text(value)),
  lower: (value) => text(value) === text(value).toLowerCase(),
  upper: (value) => text(value) === text(value).toUpperCase(),
}
