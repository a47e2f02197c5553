import { text, words } from './filters/values.ts'

type Method = (...args: readonly unknown[]) => unknown

const textMethods = (value: string): Readonly<Record<string, Method>> => ({
  split: (separator) => words(value, separator),
  startswith: (prefix) => value.startsWith(text(prefix)),
  endswith: (suffix) => value.endsWith(text(suffix)),
  replace: (old, by) => value.replaceAll(text(old), () => text(by)),
  strip: () => value.trim(),
  upper: () => value.toUpperCase(),
  lower: () => value.toLowerCase(),
  join: (list) => (Array.isArray(list) ? list.map(text).join(value) : text(list)),
})

const recordMethods = (value: Readonly<Record<string, unknown>>): Readonly<Record<string, Method>> => ({
  items: () => Object.entries(value),
  keys: () => Object.keys(value),
  values: () => Object.values(value),
  get: (key, otherwise = null) => (Object.hasOwn(value, text(key)) ? value[text(key)] : otherwise),
})

const listMethods = (value: readonly unknown[]): Readonly<Record<string, Method>> => ({
  join: (separator = ',') => value.map(text).join(text(separator)),
})

/** What may be called on a value: Jinja's names, and nothing that leads out of the template. */
export const methodOf = (target: unknown, name: string): Method | undefined => {
  const methods = methodsOf(target)
  return Object.hasOwn(methods, name) ? methods[name] : undefined
}

const methodsOf = (target: unknown): Readonly<Record<string, Method>> => {
  if (typeof target === 'string' || target instanceof String) return textMethods(String(target))
  if (Array.isArray(target)) return listMethods(target)
  return typeof target === 'object' && target !== null ? recordMethods(target as Record<string, unknown>) : {}
}
