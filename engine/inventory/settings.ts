import { isDeepStrictEqual } from 'node:util'
import { isSecret } from '../core/secret.ts'
import type { Path } from './locate.ts'
import { type Group, isAncestor, type Layer } from './model.ts'
import { isMapping } from './value.ts'

/** Who may give a setting, weakest first. */
export type Stratum = 'site' | 'inventory' | 'host' | '--set'

/** One place that says settings of a role: its values begin at the role's own top. */
export interface Candidate {
  readonly layer: Layer
  readonly stratum: Stratum
  /** Of `site` and `inventory`. */
  readonly group?: Group
}

/** Two groups of one host, neither within the other, that want different values. */
export interface Conflict {
  readonly path: Path
  readonly winner: Said
  readonly other: Said
}

export interface Said extends Candidate {
  readonly value: unknown
}

export interface Merged {
  readonly value: Readonly<Record<string, unknown>>
  readonly conflicts: readonly Conflict[]
}

/** Merges settings, weakest candidate first: mappings key by key, everything else replaced as a whole. */
export const mergeSettings = (candidates: readonly Candidate[]): Merged => {
  const conflicts: Conflict[] = []
  const said = candidates.map((candidate) => ({ ...candidate, value: candidate.layer.values }))
  const value = mergeAt([], said, conflicts)
  return { value: isMapping(value) ? value : {}, conflicts }
}

const mergeAt = (path: Path, said: readonly Said[], conflicts: Conflict[]): unknown => {
  const winner = said.at(-1)
  if (!winner) return undefined
  const other = rivalOf(winner, said)
  if (other) conflicts.push({ path, winner, other })
  if (!isMapping(winner.value)) return winner.value
  const replaced = said.findLastIndex(({ value }) => !isMapping(value))
  return mergeKeys(path, said.slice(replaced + 1), conflicts)
}

const mergeKeys = (path: Path, said: readonly Said[], conflicts: Conflict[]): Readonly<Record<string, unknown>> => {
  const keys = new Set(said.flatMap(({ value }) => Object.keys(value as object)))
  const merged = [...keys].map((key) => {
    const inner = said.flatMap((each) => {
      const mapping = each.value as Readonly<Record<string, unknown>>
      return Object.hasOwn(mapping, key) ? [{ ...each, value: mapping[key] }] : []
    })
    return [key, mergeAt([...path, key], inner, conflicts)] as const
  })
  return Object.fromEntries(merged)
}

/** Another group that has as much right as the winner's, and says something else. */
const rivalOf = (winner: Said, said: readonly Said[]): Said | undefined => {
  const { group } = winner
  if (!group) return undefined
  const peers = finalPerGroup(said.filter((each) => each.stratum === winner.stratum))
  return peers.find((each) => each.group && isRival(each.group, group, peers) && differs(each.value, winner.value))
}

/** A group's files replace what the inventory itself says of it, so only the last of them counts. */
const finalPerGroup = (said: readonly Said[]): readonly Said[] =>
  said.filter(({ group }, index) => !said.some((later, position) => position > index && later.group === group))

const isRival = (other: Group, winner: Group, peers: readonly Said[]): boolean => {
  if (other === winner) return false
  // The only case in which somebody has said which of two unrelated groups is to win.
  if (other.depth === winner.depth && other.priority < winner.priority) return false
  // What is overridden by a group within it, the winner's or another, has no say.
  return !peers.some(({ group }) => group && group !== other && isAncestor(other, group))
}

const differs = (a: unknown, b: unknown): boolean => {
  if (isSecret(a) || isSecret(b)) return a !== b
  return !(isMapping(a) && isMapping(b)) && !isDeepStrictEqual(a, b)
}
