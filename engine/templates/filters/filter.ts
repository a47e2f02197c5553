import { didYouMean } from '../../core/suggest.ts'
import { Misuse } from './values.ts'

export interface Filter {
  /** Names of what may follow the value, in order. */
  readonly parameters: readonly string[]
  /** How many of them must be given. Default: none. */
  readonly required?: number
  readonly apply: (value: unknown, ...given: readonly unknown[]) => unknown
}

export type Filters = Readonly<Record<string, Filter>>

/** Arguments given by name. A class of its own, so that no data can pass for it. */
export class Keywords {
  readonly values: Readonly<Record<string, unknown>>

  constructor(values: Readonly<Record<string, unknown>>) {
    this.values = values
  }
}

/** What is wrong with a call that has so many arguments by place and these by name, if anything is. */
export const callFlaw = (
  name: string,
  { parameters, required = 0 }: Filter,
  places: number,
  names: readonly string[],
): { message: string; hint?: string } | undefined => {
  const takes = parameters.length ? `takes ${parameters.join(', ')}` : 'takes no arguments'
  const unknown = names.find((key) => !parameters.includes(key))
  if (unknown)
    return { message: `"${name}" has no argument "${unknown}"`, hint: didYouMean(unknown, parameters) ?? takes }
  if (places > parameters.length) return { message: `"${name}" ${takes}` }
  const lacking = parameters.slice(places, required).find((key) => !names.includes(key))
  return lacking ? { message: `"${name}" needs the argument "${lacking}"` } : undefined
}

export const applyFilter = (name: string, filter: Filter, [value, ...rest]: readonly unknown[]): unknown => {
  const last = rest.at(-1)
  const named = last instanceof Keywords ? last.values : {}
  const placed = last instanceof Keywords ? rest.slice(0, -1) : rest
  const flaw = callFlaw(name, filter, placed.length, Object.keys(named))
  if (flaw) throw new Misuse(flaw.message, flaw.hint)
  const given = filter.parameters.map((key, index) => (index < placed.length ? placed[index] : named[key]))
  return filter.apply(value, ...given)
}
