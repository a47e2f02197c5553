import { readFileSync } from 'node:fs'
import { FettleError, type Problem, throwAll } from '../core/error.ts'
import { didYouMean } from '../core/suggest.ts'
import { globPattern } from './glob.ts'
import { hostsOf, type Inventory } from './model.ts'
import { isAmbiguous, readSlice, slice } from './slice.ts'
import { distinct } from './trouble.ts'

/**
 * The names of the hosts that a pattern selects: names, groups, globs, `~regex`, slices, joined by `,` or `:`,
 * narrowed by `&` and `!`; `@FILE` stands for the patterns in a file, one a line.
 * Errors: `limit.unknown` for every part that matches nothing, and for a selection that is empty.
 */
export const selectHosts = (inventory: Inventory, pattern: string): readonly string[] => {
  const parts = splitPattern(pattern).flatMap((part) => (part.startsWith('@') ? fromFile(part.slice(1)) : [part]))
  const problems: Problem[] = []
  const match = (part: string) => matches(inventory, part, problems)
  const plain = parts.filter((part) => !/^[!&]/.test(part))
  const selected = new Set((plain.length > 0 ? plain : ['all']).flatMap(match))
  for (const part of parts.filter((part) => part.startsWith('&'))) keep(selected, new Set(match(part)))
  for (const part of parts.filter((part) => part.startsWith('!'))) for (const name of match(part)) selected.delete(name)
  throwAll(distinct(problems))
  if (selected.size === 0) throw new FettleError(unknown(`the limit "${pattern}" leaves no host`))
  return [...selected]
}

const keep = (names: Set<string>, wanted: ReadonlySet<string>): void => {
  for (const name of names) if (!wanted.has(name)) names.delete(name)
}

/** Commas part; without one, colons do, unless they are inside brackets or an IPv6 address. */
const splitPattern = (pattern: string): readonly string[] => {
  if (pattern.includes(',')) return words(pattern.split(','))
  if (/^[0-9a-fA-F]*:[0-9a-fA-F]*:[0-9a-fA-F:.]*$/.test(pattern)) return [pattern]
  return words(pattern.match(/(?:[^\s:[\]]|\[[^\]]*\]|[[\]])+/g) ?? [])
}

const words = (parts: readonly string[]): readonly string[] =>
  parts.map((part) => part.trim()).filter((part) => part !== '')

const fromFile = (file: string): readonly string[] => {
  try {
    return words(readFileSync(file, 'utf8').split('\n')).filter((line) => !line.startsWith('#'))
  } catch (error) {
    throw new FettleError(unknown(`the limit file ${file} cannot be read`), error)
  }
}

const matches = (inventory: Inventory, part: string, problems: Problem[]): readonly string[] => {
  const pattern = part.replace(/^[!&]/, '')
  if (inventory.hosts.has(pattern)) return [pattern]
  const sliced = readSlice(pattern)
  const expression = expressionOf(sliced.base)
  if (!expression) {
    problems.push(invalid(sliced.base))
    return []
  }
  const groups = [...inventory.groups.values()].filter((group) => expression.test(group.name))
  const names = new Set(groups.flatMap((group) => hostsOf(group).map((host) => host.name)))
  const isWord = !/^~|[.?*[]/.test(sliced.base)
  // A plain word that is a group cannot be meant as a host as well.
  if (!isWord || groups.length === 0)
    for (const name of inventory.hosts.keys()) if (expression.test(name)) names.add(name)
  const found = slice(sliced, [...names])
  // Nothing to take away is no mistake, unless a name was written out.
  const isMistake = isWord || !part.startsWith('!')
  if (groups.length === 0 && names.size === 0 && isMistake)
    problems.push(unknown(`no host or group "${sliced.base}"`, near(inventory, sliced.base)))
  else if (found.length === 0 && sliced.only !== undefined)
    problems.push(unknown(`"${part}" is beyond the ${names.size} hosts of "${sliced.base}"`))
  return found
}

const expressionOf = (base: string): RegExp | undefined => {
  // An empty expression would match everything.
  if (base === '~' || isAmbiguous(base)) return undefined
  try {
    return base.startsWith('~') ? new RegExp(`^(?:${base.slice(1)})`) : globPattern(base)
  } catch {
    return undefined
  }
}

const invalid = (base: string): Problem =>
  isAmbiguous(base)
    ? unknown(`"${base}" is ambiguous`, 'write [1:3] for a slice, [123] for digits')
    : unknown(`"${base}" is not a valid pattern`)

const near = (inventory: Inventory, name: string): string | undefined =>
  didYouMean(name, [...inventory.groups.keys(), ...inventory.hosts.keys()])

const unknown = (message: string, hint?: string): Problem => ({ code: 'limit.unknown', message, ...(hint && { hint }) })
