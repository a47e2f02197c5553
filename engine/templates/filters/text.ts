import { posix } from 'node:path'
import { stringify } from 'yaml'
import { quote } from '../../core/shell.ts'
import type { Filters } from './filter.ts'
import { regex, regexReplace } from './regex.ts'
import { list, Misuse, text, truth, words } from './values.ts'

const capitalize = (value: string): string => value.charAt(0).toUpperCase() + value.slice(1).toLowerCase()

/** Every line but the first is moved right; empty lines stay empty. */
const indent = (value: unknown, width: unknown = 4, first: unknown = false, blank: unknown = false): string => {
  const prefix = typeof width === 'number' ? ' '.repeat(width) : text(width)
  return text(value)
    .split('\n')
    .map((line, index) => ((index > 0 || truth(first)) && (line !== '' || truth(blank)) ? prefix + line : line))
    .join('\n')
}

const replace = (value: unknown, old: unknown, by: unknown, count?: unknown): string => {
  const parts = text(value).split(text(old))
  const kept = typeof count === 'number' ? count : parts.length
  return parts.reduce((result, part, index) => result + (index <= kept ? text(by) : text(old)) + part)
}

const trim = (value: unknown, characters?: unknown): string => {
  if (characters === undefined) return text(value).trim()
  const set = new Set(text(characters))
  const letters = [...text(value)]
  const start = letters.findIndex((letter) => !set.has(letter))
  const end = letters.findLastIndex((letter) => !set.has(letter))
  return start < 0 ? '' : letters.slice(start, end + 1).join('')
}

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null || value instanceof String) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  )
}

const json = (value: unknown, indent: unknown): string => {
  const written = JSON.stringify(value, undefined, typeof indent === 'number' ? indent : undefined)
  if (written === undefined) throw new Misuse('there is nothing to write as JSON')
  return written
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' }
const escapeHtml = (value: unknown): string => text(value).replace(/[&<>"']/g, (letter) => escapes[letter] ?? letter)

export const textFilters: Filters = {
  string: { parameters: [], apply: (value) => text(value) },
  lower: { parameters: [], apply: (value) => text(value).toLowerCase() },
  upper: { parameters: [], apply: (value) => text(value).toUpperCase() },
  capitalize: { parameters: [], apply: (value) => capitalize(text(value)) },
  title: { parameters: [], apply: (value) => text(value).replace(/[^\s-]+/g, capitalize) },
  trim: { parameters: ['chars'], apply: trim },
  replace: { parameters: ['old', 'new', 'count'], required: 2, apply: replace },
  indent: { parameters: ['width', 'first', 'blank'], apply: indent },
  split: { parameters: ['separator'], apply: (value, separator) => words(text(value), separator) },
  join: {
    parameters: ['separator', 'attribute'],
    apply: (value, separator = '', attribute?: unknown) => joined(value, separator, attribute),
  },
  basename: { parameters: [], apply: (value) => posix.basename(text(value)) },
  dirname: { parameters: [], apply: (value) => posix.dirname(text(value)) },
  quote: { parameters: [], apply: (value) => quote(text(value)) },
  urlencode: { parameters: [], apply: (value) => encodeURIComponent(text(value)) },
  escape: { parameters: [], apply: escapeHtml },
  e: { parameters: [], apply: escapeHtml },
  b64encode: { parameters: [], apply: (value) => Buffer.from(text(value)).toString('base64') },
  b64decode: { parameters: [], apply: (value) => Buffer.from(text(value), 'base64').toString() },
  to_json: { parameters: ['indent'], apply: json },
  to_nice_json: { parameters: ['indent'], apply: (value, indent = 4) => json(sorted(value), indent) },
  to_yaml: { parameters: [], apply: (value) => stringify(value, { lineWidth: 0 }).trimEnd() },
  regex_replace: {
    parameters: ['pattern', 'replacement', 'ignorecase', 'multiline'],
    required: 1,
    apply: regexReplace,
  },
  regex_search: {
    parameters: ['pattern', 'ignorecase', 'multiline'],
    required: 1,
    apply: (value, pattern, ignorecase, multiline) =>
      regex(pattern, ignorecase, multiline).exec(text(value))?.[0] ?? '',
  },
  regex_escape: { parameters: [], apply: (value) => text(value).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&') },
}

const joined = (value: unknown, separator: unknown, attribute: unknown): string =>
  list(value)
    .map((item) => text(attribute === undefined ? item : (item as Record<string, unknown>)[text(attribute)]))
    .join(text(separator))
