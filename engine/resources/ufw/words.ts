import { isDeepStrictEqual } from 'node:util'
import type { Difference } from '../../core/plan.ts'
import { type Entry, identity, isOwn, reasonOf, wordsOf } from './rules.ts'

const strange = 'not Fettle’s'

const standing = (entry: Entry): string => (isOwn(entry) ? reasonOf(entry) : strange)

/** Rule by rule: what is to come, with the reason, and what is to go. */
export const ruleDifferences = (
  found: readonly Entry[],
  own: readonly Entry[],
  exclusive: boolean,
): readonly Difference[] => {
  const has = new Map(found.map((entry) => [identity(entry), entry]))
  const wants = new Set(own.map(identity))
  const coming = own.flatMap((entry) => {
    const before = has.get(identity(entry))
    const [from, to] = [before ? standing(before) : null, reasonOf(entry)]
    return from === to ? [] : [{ what: wordsOf(entry), from, to }]
  })
  const going = found
    .filter((entry) => !wants.has(identity(entry)) && (isOwn(entry) || exclusive))
    .map((entry) => ({ what: wordsOf(entry), from: standing(entry), to: null }))
  return [...coming, ...going]
}

/** The same rule for IPv4 and IPv6 is told once. */
export const distinct = (differences: readonly Difference[]): readonly Difference[] =>
  differences.filter((each, index) => differences.findIndex((other) => isDeepStrictEqual(other, each)) === index)

/** One sentence for all of them, so that a plan stays short. */
export const strangerNotice = (strangers: readonly Entry[]): string => {
  const rules = [...new Set(strangers.map(wordsOf))]
  const [what, are] = rules.length === 1 ? ['a rule', 'is'] : [`${rules.length} rules`, 'are']
  return `${what} of the firewall that Fettle did not make ${are} kept: ${rules.join(', ')}`
}
