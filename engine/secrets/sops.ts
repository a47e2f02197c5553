import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { isMap, isScalar, isSeq, type Node, parseDocument } from 'yaml'
import type { Reference } from '../core/secret-reference.ts'
import type { Keys } from './age.ts'
import { dataKeyOf, type Metadata, readMetadata } from './sops-metadata.ts'
import { openValue } from './sops-value.ts'
import { trouble } from './trouble.ts'

/**
 * One value of a YAML or JSON file that SOPS has encrypted for age. The file is opened whole, and its MAC compared,
 * before anything of it is believed. Errors: `secret.missing`, `secret.locked`, `secret.invalid`.
 */
export const openSops = async (
  { file, path }: Extract<Reference, { from: 'sops' }>,
  folder: string,
  keys: Keys,
): Promise<string> => {
  const values = await valuesOf(file, folder, keys)
  const found = values.find((each) => each.path.join('\0') === path.join('\0'))
  if (found) return found.text
  throw trouble('secret.missing', `${file} has no value "${path.join('.')}"`)
}

const valuesOf = async (file: string, folder: string, keys: Keys): Promise<readonly Value[]> => {
  const text = await readFile(resolve(folder, file), 'utf8').catch(({ message }: Error) => {
    throw trouble('secret.missing', `a file of SOPS cannot be read: ${message}`)
  })
  const root = parseDocument<Node>(text, { schema: 'core', logLevel: 'error' }).contents
  const metadata = readMetadata(file, root)
  const key = await dataKeyOf(file, metadata, keys)
  const values = leaves(root, []).map((leaf) => openLeaf(file, leaf, key))
  if (macOf(values, metadata) !== openValue(metadata.mac, key, metadata.lastModified)?.text)
    throw trouble('secret.invalid', `${file} was changed after SOPS encrypted it: its MAC is another`)
  return values
}

interface Leaf {
  /** Keys of mappings, and indices of lists. */
  readonly path: readonly string[]
  /** Keys alone, as SOPS binds a value to its place. */
  readonly keys: readonly string[]
  readonly value: unknown
}

interface Value extends Leaf {
  readonly text: string
  readonly encrypted: boolean
}

const leaves = (node: Node | null, path: readonly string[], keys: readonly string[] = []): readonly Leaf[] => {
  if (isMap<Node, Node | null>(node)) {
    const pairs = node.items.map(({ key, value }) => [String(isScalar(key) ? key.value : key), value] as const)
    const own = path.length === 0 ? pairs.filter(([name]) => name !== 'sops') : pairs
    return own.flatMap(([name, value]) => leaves(value, [...path, name], [...keys, name]))
  }
  if (isSeq<Node>(node)) return node.items.flatMap((item, index) => leaves(item, [...path, String(index)], keys))
  return isScalar(node) && node.value !== null ? [{ path, keys, value: node.value }] : []
}

const openLeaf = (file: string, leaf: Leaf, key: Buffer): Value => {
  const { value } = leaf
  if (typeof value !== 'string' || !value.startsWith('ENC['))
    return { ...leaf, text: plainText(value), encrypted: false }
  const opened = openValue(value, key, `${leaf.keys.join(':')}:`)
  if (!opened) throw trouble('secret.invalid', `"${leaf.path.join('.')}" of ${file} is damaged, or was moved`)
  return { ...leaf, text: opened.text, encrypted: true }
}

/** As SOPS writes a plain value before it adds it to the MAC. */
const plainText = (value: unknown): string => {
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  return String(value)
}

const macOf = (values: readonly Value[], { macOnlyEncrypted }: Metadata): string => {
  const hash = createHash('sha512')
  if (macOnlyEncrypted) hash.update(createHash('sha256').update('sops').digest())
  for (const { text, encrypted } of values) if (encrypted || !macOnlyEncrypted) hash.update(text)
  return hash.digest('hex').toUpperCase()
}
