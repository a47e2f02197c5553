import { didYouMean } from '../core/suggest.ts'
import { apply, test } from './filters/apply.ts'
import { Keywords } from './filters/filter.ts'
import { kindOf, Misuse, plain, truth } from './filters/values.ts'
import { globals } from './globals.ts'
import { methodOf } from './methods.ts'
import type { Flaw } from './syntax.ts'

/** A mistake that only shows with these variables. It has what nunjucks asks of its own errors, so it comes through unchanged. */
export class Fault extends Error {
  readonly flaw: Flaw
  readonly lineno: number

  constructor(flaw: Flaw) {
    super(flaw.message)
    this.flaw = flaw
    this.lineno = flaw.line
  }

  Update(): this {
    return this
  }
}

interface Names {
  lookup(name: string): unknown
}

interface Context {
  getVariables(): Readonly<Record<string, unknown>>
}

type Place = [file: string, line: number, column: number]

const fail = ([file, line, column]: Place, message: string, hint?: string): never => {
  throw new Fault({ file, line, column, message, ...(hint && { hint }) })
}

const guarded = <Result>(place: Place, work: () => Result): Result => {
  try {
    return work()
  } catch (error) {
    return error instanceof Misuse ? fail(place, error.message, error.hint) : rethrow(error)
  }
}

const rethrow = (error: unknown): never => {
  throw error
}

const ownName = (context: Context, frame: Names, name: string): { value: unknown } | undefined => {
  const value = frame.lookup(name)
  if (value !== undefined) return { value }
  const variables = context.getVariables()
  if (Object.hasOwn(variables, name)) return { value: variables[name] }
  return Object.hasOwn(globals, name) ? { value: globals[name as keyof typeof globals] } : undefined
}

const ownMember = (target: unknown, key: unknown): { value: unknown } | undefined => {
  if (typeof target === 'string' || target instanceof String || Array.isArray(target)) {
    const list = typeof target === 'object' && !Array.isArray(target) ? String(target) : (target as string | unknown[])
    if (key === 'length') return { value: list.length }
    const index = typeof key === 'number' ? (key < 0 ? key + list.length : key) : -1
    return Number.isInteger(index) && index in Object(list) ? { value: list[index] } : undefined
  }
  const isRecord = typeof target === 'object' && target !== null
  return isRecord && Object.hasOwn(target, String(key)) ? { value: Reflect.get(target, String(key)) } : undefined
}

const missing = (place: Place, target: unknown, key: unknown, wording: string): never => {
  if (target === undefined || target === null) return fail(place, `${wording} is ${target}, so it has no "${key}"`)
  if (Array.isArray(target)) return fail(place, `${wording} has ${target.length} elements, and no "${key}"`)
  const isRecord = typeof target === 'object'
  const hint = isRecord ? didYouMean(String(key), Object.keys(target)) : undefined
  return fail(place, `${wording} has no "${key}"`, hint ?? 'where it may be absent, ask with "is defined" or "default"')
}

/** What compiled templates call, so that nothing undefined passes unnoticed. Each begins with the place in the template. */
export const strict = {
  name: (...[file, line, column, context, frame, name]: [...Place, Context, Names, string]): unknown => {
    const found = ownName(context, frame, name)
    return found ? found.value : fail([file, line, column], `"${name}" has not been set here`)
  },

  maybeName: (...[, , , context, frame, name]: [...Place, Context, Names, string]): unknown =>
    ownName(context, frame, name)?.value,

  member: (...[file, line, column, target, key, wording]: [...Place, unknown, unknown, string]): unknown => {
    const found = ownMember(target, key)
    return found ? found.value : missing([file, line, column], target, key, wording)
  },

  maybeMember: (...[, , , target, key]: [...Place, unknown, unknown]): unknown => ownMember(target, key)?.value,

  invoke: (...[file, line, column, target, key, wording, args]: [...Place, unknown, unknown, string, unknown[]]) => {
    const place: Place = [file, line, column]
    const own = ownMember(target, key)?.value
    if (typeof own === 'function') return guarded(place, () => own(...args))
    const method = methodOf(target, String(key))
    return method ? guarded(place, () => method(...args)) : fail(place, `${wording} has no function "${key}"`)
  },

  call: (...[file, line, column, callee, wording, args]: [...Place, unknown, string, unknown[]]): unknown =>
    typeof callee === 'function'
      ? guarded([file, line, column], () => callee(...args))
      : fail([file, line, column], `${wording} is not a function`),

  filter: (...[file, line, column, name, args]: [...Place, string, [unknown, ...unknown[]]]): unknown =>
    guarded([file, line, column], () => apply(name, args)),

  test: (...[file, line, column, name, args]: [...Place, string, [unknown, ...unknown[]]]): boolean =>
    guarded([file, line, column], () => test(name, args)),

  print: (...[file, line, column, value, wording]: [...Place, unknown, string]): unknown => {
    const place: Place = [file, line, column]
    if (typeof value === 'number' && Number.isNaN(value)) return fail(place, `${wording} is not a number`)
    if (typeof value === 'function') return fail(place, `${wording} is a function`, 'call it with ()')
    if (value === undefined || value === null) return fail(place, `${wording} is ${value}`)
    if (Array.isArray(value)) return fail(place, `${wording} is a list`, 'print it with join or to_json')
    if (typeof value === 'object' && !(value instanceof String))
      return fail(place, `${wording} has several values`, 'name one of them, or print all with to_json')
    return value
  },

  iterate: (...[file, line, column, value, names, wording]: [...Place, unknown, number, string]): unknown[] => {
    const place: Place = [file, line, column]
    if (Array.isArray(value) && names === 1) return value
    if (Array.isArray(value))
      return value.every((item) => Array.isArray(item) && item.length === names)
        ? value
        : fail(place, `${wording} is not a list of ${names} values each`)
    if (typeof value !== 'object' || value === null || value instanceof String)
      return fail(place, `${wording} is ${kindOf(value)}, not a list`)
    if (names > 2) return fail(place, `${wording} has two values each: name and value`)
    return names === 1 ? Object.keys(value) : Object.entries(value)
  },

  keywords: (values: Readonly<Record<string, unknown>>): Keywords => new Keywords(values),

  truth,
  plain,
  both: (left: unknown, right: () => unknown): unknown => (truth(left) ? right() : left),
  either: (left: unknown, right: () => unknown): unknown => (truth(left) ? left : right()),
}
