import type { Filters } from './filter.ts'
import { kindOf, list, Misuse, mapping, neededAttribute, number, order, same, text, truth } from './values.ts'

const sort = (value: unknown, reverse?: unknown, caseSensitive?: unknown, attribute?: unknown) => {
  const key = (item: unknown) => {
    const found = attribute === undefined ? item : neededAttribute(item, attribute)
    return typeof found === 'string' && !truth(caseSensitive) ? found.toLowerCase() : found
  }
  const direction = truth(reverse) ? -1 : 1
  return [...list(value)].sort((left, right) => direction * order(key(left), key(right)))
}

const unique = (value: unknown, attribute?: unknown) => {
  const key = (item: unknown) => (attribute === undefined ? item : neededAttribute(item, attribute))
  const items = list(value)
  return items.filter((item, index) => items.findIndex((other) => same(key(other), key(item))) === index)
}

const groupby = (value: unknown, attribute: unknown) => {
  const keys = unique(list(value).map((item) => neededAttribute(item, attribute))) as unknown[]
  return keys.sort(order).map((key) => [key, list(value).filter((item) => same(neededAttribute(item, attribute), key))])
}

const end = (value: unknown, index: 0 | -1) => {
  if (list(value).length === 0) throw new Misuse('the list is empty')
  return list(value).at(index)
}

const extreme = (value: unknown, direction: 1 | -1) =>
  list(value).reduce((best, item) => (direction * order(item, best) > 0 ? item : best), end(value, 0))

const length = (value: unknown) => {
  if (kindOf(value) === 'text') return text(value).length
  return Array.isArray(value) ? value.length : Object.keys(mapping(value)).length
}

const batch = (value: unknown, size: unknown, fill?: unknown) =>
  Array.from({ length: Math.ceil(list(value).length / number(size)) }, (_, index) => {
    const part = list(value).slice(index * number(size), (index + 1) * number(size))
    return fill === undefined ? part : [...part, ...Array(number(size) - part.length).fill(fill)]
  })

const combine = (value: unknown, other: unknown, recursive?: unknown): Record<string, unknown> => {
  const result = { ...mapping(value) }
  for (const [key, later] of Object.entries(mapping(other))) {
    const deeper = truth(recursive) && kindOf(result[key]) === 'a mapping' && kindOf(later) === 'a mapping'
    result[key] = deeper ? combine(result[key], later, true) : later
  }
  return result
}

const dictsort = (value: unknown, caseSensitive?: unknown, by: unknown = 'key', reverse?: unknown) =>
  sort(Object.entries(mapping(value)), reverse, caseSensitive, by === 'value' ? '1' : '0')

const asList = (value: unknown) => {
  if (kindOf(value) === 'text') return [...text(value)]
  return Array.isArray(value) ? value : Object.keys(mapping(value))
}

const sum = (value: unknown, attribute?: unknown, start: unknown = 0) =>
  list(value).reduce<number>(
    (total, item) => total + number(attribute === undefined ? item : neededAttribute(item, attribute)),
    number(start),
  )

export const listFilters: Filters = {
  list: { parameters: [], apply: asList },
  length: { parameters: [], apply: length },
  count: { parameters: [], apply: length },
  first: { parameters: [], apply: (value) => end(value, 0) },
  last: { parameters: [], apply: (value) => end(value, -1) },
  min: { parameters: [], apply: (value) => extreme(value, -1) },
  max: { parameters: [], apply: (value) => extreme(value, 1) },
  sum: { parameters: ['attribute', 'start'], apply: sum },
  sort: { parameters: ['reverse', 'case_sensitive', 'attribute'], apply: sort },
  unique: { parameters: ['attribute'], apply: unique },
  reverse: { parameters: [], apply: (value) => [...list(value)].reverse() },
  flatten: { parameters: [], apply: (value) => list(value).flat(Number.POSITIVE_INFINITY) },
  batch: { parameters: ['size', 'fill'], required: 1, apply: batch },
  groupby: { parameters: ['attribute'], required: 1, apply: groupby },
  combine: { parameters: ['other', 'recursive'], required: 1, apply: combine },
  dictsort: { parameters: ['case_sensitive', 'by', 'reverse'], apply: dictsort },
  items: { parameters: [], apply: (value) => Object.entries(mapping(value)) },
  dict2items: {
    parameters: [],
    apply: (value) => Object.entries(mapping(value)).map(([key, inner]) => ({ key, value: inner })),
  },
}
