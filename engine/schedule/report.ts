import type { Described } from '../core/described.ts'
import type { Problem } from '../core/error.ts'
import { didYouMean } from '../core/suggest.ts'

export type Mapping = Readonly<Record<string, unknown>>

export const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Notes what is wrong at a place of a part of site.yml. */
export type Report = (path: readonly string[], message: string, hint?: string, part?: 'key' | 'value') => void

export const reporter =
  (described: Described, problems: Problem[]): Report =>
  (path, message, hint, part = 'value') =>
    void problems.push(described.problem(path, part, { code: 'site.invalid', message, hint }))

/** Notes keys that have no meaning. */
export const refuseUnknown = (
  value: Mapping,
  known: readonly string[],
  path: readonly string[],
  report: Report,
): void => {
  for (const key of Object.keys(value).filter((key) => !known.includes(key)))
    report([...path, key], `unknown key "${key}"`, didYouMean(key, known) ?? `there is ${known.join(', ')}`, 'key')
}

/** A text, or a list of them; null for anything else. */
export const textsOf = (value: unknown): readonly string[] | null => {
  const list = Array.isArray(value) ? value : [value]
  return list.length > 0 && list.every((each) => typeof each === 'string' && each !== '') ? list : null
}
