import type { Filters } from './filter.ts'
import { attributeOf, list, Misuse, neededAttribute, text } from './values.ts'

interface Named {
  apply(name: string, args: readonly unknown[]): unknown
  test(name: string, args: readonly unknown[]): boolean
}

const given = (...values: readonly unknown[]): readonly unknown[] =>
  values.slice(0, values.findLastIndex((value) => value !== undefined) + 1)

/** The filters that apply other filters and tests to each element. */
export const choosingFilters = (named: Named): Filters => {
  const only = (wanted: boolean) => ({
    parameters: ['test', 'argument'],
    apply: (value: unknown, name: unknown = 'truthy', argument?: unknown) =>
      list(value).filter((item) => named.test(text(name), [item, argument]) === wanted),
  })
  const onlyByAttribute = (wanted: boolean) => ({
    parameters: ['attribute', 'test', 'argument'],
    required: 1,
    apply: (value: unknown, attribute: unknown, name: unknown = 'truthy', argument?: unknown) =>
      list(value).filter((item) => named.test(text(name), [attributeOf(item, attribute), argument]) === wanted),
  })
  return {
    select: only(true),
    reject: only(false),
    selectattr: onlyByAttribute(true),
    rejectattr: onlyByAttribute(false),
    map: {
      parameters: ['filter', 'first', 'second', 'attribute', 'default'],
      apply: (value, name, first, second, attribute, otherwise) =>
        list(value).map((item) => {
          if (name !== undefined) return named.apply(text(name), [item, ...given(first, second)])
          if (attribute === undefined) throw new Misuse('"map" needs the name of a filter, or attribute=')
          return otherwise === undefined
            ? neededAttribute(item, attribute)
            : (attributeOf(item, attribute) ?? otherwise)
        }),
    },
  }
}
