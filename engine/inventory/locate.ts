import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml'
import type { Position, Problem } from '../core/error.ts'
import type { Source } from './source.ts'
import { positionIn, problemIn, type Trouble } from './trouble.ts'
import { isMerge, keyText, offsetOf } from './value.ts'

/** The way from the top of a file to a value: keys, and indices of lists. */
export type Path = readonly string[]

type Part = 'key' | 'value'

interface Found {
  readonly key: Node | null
  readonly value: Node | null
}

/** Where a value, or the key that names it, stands. What is not there is where its nearest ancestor is named. */
export const positionOf = (source: Source, path: Path, part: Part): Required<Position> =>
  positionIn(source, offsetAt(source, path, part))

export const problemAt = (source: Source, path: Path, part: Part, trouble: Trouble): Problem =>
  problemIn(source, offsetAt(source, path, part), trouble)

const offsetAt = (source: Source, path: Path, part: Part): number => {
  let found: Found = { key: null, value: source.root }
  for (const [depth, segment] of path.entries()) {
    const next = child(source, found.value, segment)
    if (!next) return offsetIn(found, depth === path.length ? part : 'key')
    found = next
  }
  return offsetIn(found, part)
}

const offsetIn = ({ key, value }: Found, part: Part): number => {
  // A value that is empty has no place of its own.
  const empty = value === null || (isScalar(value) && value.source === '')
  const node = (part === 'key' || empty ? key : value) ?? value
  return node ? offsetOf(node) : 0
}

const child = (source: Source, parent: Node | null, segment: string): Found | undefined => {
  const node = follow(source, parent)
  if (isMap<Node, Node | null>(node)) return inMap(source, node, segment)
  if (!isSeq<Node>(node)) return undefined
  const item = node.items[Number(segment)]
  return item ? { key: item, value: item } : undefined
}

const inMap = (source: Source, map: YAMLMap<Node, Node | null>, segment: string): Found | undefined => {
  const pair = map.items.find((item) => keyText(item.key) === segment)
  if (pair) return { key: pair.key, value: pair.value }
  return map.items
    .filter(isMerge)
    .flatMap((merge) => merged(source, merge))
    .map((part) => child(source, part, segment))
    .find((found) => found !== undefined)
}

const merged = (source: Source, merge: Pair<Node, Node | null>): readonly (Node | null)[] => {
  const node = follow(source, merge.value)
  return isSeq<Node>(node) ? node.items : [node]
}

const follow = (source: Source, node: Node | null): Node | null =>
  isAlias(node) ? follow(source, source.anchors.get(node) ?? null) : node
