import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml'
import type { Problem } from '../core/error.ts'
import { isSecret } from '../core/secret.ts'
import { awaited, vaultHeader } from '../core/secret-reference.ts'
import type { Source } from './source.ts'
import { positionIn, problemIn } from './trouble.ts'

export interface Reading {
  readonly value: unknown
  readonly anchors: ReadonlyMap<Alias, Node>
  readonly oddKeys: ReadonlyMap<object, ReadonlySet<string>>
  readonly problems: readonly Problem[]
}

interface Reader {
  readonly source: Source
  readonly problems: Problem[]
  readonly anchors: Map<Alias, Node>
  readonly oddKeys: Map<object, Set<string>>
  /** Anchors met so far; an alias means the last one before it. */
  readonly named: Map<string, { readonly node: Node; value: unknown; complete: boolean }>
}

type Mapping = Record<string, unknown>

/** The plain value of a YAML tree. Reports duplicate keys, unknown tags and anchors that contain themselves. */
export const readValue = (source: Source, root: Node | null): Reading => {
  const reader: Reader = { source, problems: [], anchors: new Map(), oddKeys: new Map(), named: new Map() }
  const value = root ? read(reader, root) : null
  const { anchors, oddKeys, problems } = reader
  return { value, anchors, oddKeys, problems }
}

export const isMapping = (value: unknown): value is Readonly<Mapping> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isSecret(value)

const read = (reader: Reader, node: Node): unknown => {
  if (isAlias(node)) return readAlias(reader, node)
  checkTag(reader, node)
  const name = 'anchor' in node ? node.anchor : undefined
  const entry = name === undefined ? undefined : { node, value: undefined as unknown, complete: false }
  if (name !== undefined && entry) reader.named.set(name, entry)
  const value = readPlain(reader, node)
  if (entry) Object.assign(entry, { value, complete: true })
  return value
}

const readPlain = (reader: Reader, node: Node): unknown => {
  if (isScalar(node)) return isVaulted(node) ? awaited({ from: 'vault', text: String(node.value) }) : node.value
  if (isMap<Node, Node | null>(node)) return readMap(reader, node)
  if (isSeq<Node>(node)) return node.items.map((item) => read(reader, item))
  return null
}

const readAlias = (reader: Reader, alias: Alias): unknown => {
  const anchor = reader.named.get(alias.source)
  if (!anchor?.complete) {
    report(reader, alias, `*${alias.source} ${anchor ? 'contains itself' : 'has no anchor before it'}`)
    return null
  }
  reader.anchors.set(alias, anchor.node)
  return anchor.value
}

const readMap = (reader: Reader, map: YAMLMap<Node, Node | null>): Mapping => {
  const own: Mapping = {}
  const merged: unknown[] = []
  const seen = new Map<string, Node>()
  for (const pair of map.items) {
    const value = pair.value === null ? null : read(reader, pair.value)
    if (isMerge(pair))
      merged.push(...(Array.isArray(value) ? value : [value]).map((part) => checkMerge(reader, pair, part)))
    else readPair(reader, own, seen, pair.key, value)
  }
  // Earlier merges win over later ones, and own keys over all.
  const result: Mapping = merged.length === 0 ? own : Object.assign({}, ...merged.reverse(), own)
  const odd = reader.oddKeys.get(own)
  if (odd && result !== own) reader.oddKeys.set(result, odd)
  return result
}

const readPair = (reader: Reader, into: Mapping, seen: Map<string, Node>, key: Node, value: unknown): void => {
  const text = keyText(key)
  const before = text === undefined ? undefined : seen.get(text)
  if (text === undefined) report(reader, key, 'a key must be a plain word or a number')
  else if (text === '__proto__') report(reader, key, '"__proto__" cannot be a key')
  else if (before) {
    const { line } = positionIn(reader.source, offsetOf(before))
    report(reader, key, `duplicate key "${text}"`, `it is already at line ${line}; keep one of them`)
  } else {
    seen.set(text, key)
    into[text] = value
    if (isScalar(key) && typeof key.value !== 'string') noteOddKey(reader, into, text)
  }
}

const noteOddKey = (reader: Reader, mapping: Mapping, key: string): void => {
  const keys = reader.oddKeys.get(mapping)
  if (keys) keys.add(key)
  else reader.oddKeys.set(mapping, new Set([key]))
}

export const isMerge = (pair: Pair<Node, Node | null>): boolean =>
  isScalar(pair.key) && pair.key.value === '<<' && pair.key.type === 'PLAIN'

const checkMerge = (reader: Reader, pair: Pair<Node, Node | null>, value: unknown): Readonly<Mapping> => {
  if (isMapping(value)) return value
  report(reader, pair.key, '"<<" merges mappings only')
  return {}
}

/** A key as JSON would write it; undefined for lists and mappings. */
export const keyText = (key: Node): string | undefined => (isScalar(key) ? String(key.value) : undefined)

const plainTags = /^(?:tag:yaml\.org,2002:(?:str|null|bool|int|float|map|seq)|!|!unsafe)$/

const checkTag = (reader: Reader, node: Node): void => {
  const tag = 'tag' in node ? node.tag : undefined
  if (tag === undefined || plainTags.test(tag)) return
  if (/^!vault/.test(tag)) checkVaulted(reader, node)
  else report(reader, node, `unknown YAML tag "${tag.replace('tag:yaml.org,2002:', '!!')}"`)
}

const isVaulted = (node: Node): boolean => /^!vault/.test(('tag' in node && node.tag) || '')

const checkVaulted = (reader: Reader, node: Node): void => {
  if (isScalar(node) && String(node.value).startsWith(vaultHeader)) return
  report(reader, node, 'this is not what Ansible Vault encrypts to', '`ansible-vault encrypt_string` makes such values')
}

const report = (reader: Reader, node: Node, message: string, hint?: string): void => {
  const code = `${reader.source.kind}.syntax` as const
  reader.problems.push(problemIn(reader.source, offsetOf(node), { code, message, hint }))
}

export const offsetOf = (node: Node): number => node.range?.[0] ?? 0
