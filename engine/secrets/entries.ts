import { isMap, isScalar, type Node, parseDocument, Scalar, type YAMLMap } from 'yaml'
import { type Alphabet, alphabets, secretName } from '../core/secret-reference.ts'
import { trouble } from './trouble.ts'

/** One secret of an environment. */
export interface Entry {
  readonly value: string
  /** How to make another one; absent for what somebody chose. */
  readonly made?: Recipe
  /** What the site's authority has issued for a private key, which `value` is then; PEM both. */
  readonly certificate?: string
}

export interface Recipe {
  readonly length: number
  readonly alphabet: Alphabet
  /** It is not made anew with the others. */
  readonly lasting?: true
}

export type Entries = ReadonlyMap<string, Entry>

/** The text of an environment's secrets: YAML, one `NAME: value` each, every value text. */
export interface EntriesText {
  readonly text: string
  readonly entries: Entries
}

/**
 * Reads secrets; what is generated is `NAME: {generated: VALUE, length: 32, alphabet: hex}`, with
 * `lasting: yes` where it stays, and a certificate is
 * `NAME: {key: PEM, certificate: PEM}`. Errors: `secret.invalid`, which names lines and names, never values.
 */
export const readEntries = (text: string): EntriesText => {
  const document = parseDocument<Node>(text, { schema: 'failsafe', prettyErrors: false, logLevel: 'error' })
  const [error] = document.errors
  if (error) throw invalid(`line ${text.slice(0, error.pos[0]).split('\n').length} of the secrets is not valid YAML`)
  const root = document.contents
  if (root !== null && !(isScalar(root) && root.source === '') && !isMap<Node, Node>(root))
    throw invalid('secrets are a mapping from names to values')
  const pairs = isMap<Node, Node>(root) ? root.items : []
  const entries = new Map(pairs.map(({ key, value }) => readEntry(String(isScalar(key) ? key.value : ''), value)))
  return { text, entries }
}

const readEntry = (name: string, node: Node | null): [string, Entry] => {
  if (!secretName.test(name)) throw invalid(`"${name}" is not a name for a secret: letters, digits, "_", "-" and "."`)
  if (isScalar(node)) return [name, { value: String(node.value ?? '') }]
  if (!isMap<Node, Node>(node)) throw invalid(`secret ${name} is neither text nor generated`)
  const fields = fieldsOf(node)
  if (fields.key !== undefined && fields.certificate !== undefined)
    return [name, { value: fields.key, certificate: fields.certificate }]
  const { generated, length = '32', alphabet = 'alphanumeric', lasting } = fields
  if (generated === undefined || !Object.hasOwn(alphabets, alphabet) || !/^\d{1,3}$/.test(length))
    throw invalid(`secret ${name} is neither text nor generated: {generated, length, alphabet}`)
  const made = {
    length: Number(length),
    alphabet: alphabet as Alphabet,
    ...(lasting === 'yes' && { lasting: true as const }),
  }
  return [name, { value: generated, made }]
}

const fieldsOf = (map: YAMLMap<Node, Node | null>): Record<string, string | undefined> =>
  Object.fromEntries(
    map.items.map(({ key, value }) => [
      String(isScalar(key) ? key.value : ''),
      isScalar(value) ? String(value.value) : '',
    ]),
  )

/** The same text with some secrets other, new or gone (null); comments and order stay. */
export const withEntries = ({ text }: EntriesText, changes: ReadonlyMap<string, Entry | null>): EntriesText => {
  const document = parseDocument(text, { schema: 'failsafe', logLevel: 'error' })
  for (const [name, entry] of changes) {
    if (!entry) document.delete(name)
    else document.set(name, document.createNode(nodeOf(entry)))
  }
  return readEntries(document.toString({ lineWidth: 0 }))
}

const nodeOf = ({ value, made, certificate }: Entry) => {
  if (certificate !== undefined) return { key: scalar(value), certificate: scalar(certificate) }
  if (!made) return scalar(value)
  const { length, alphabet, lasting } = made
  return { generated: scalar(value), length: String(length), alphabet, ...(lasting && { lasting: 'yes' }) }
}

/** Quoted, so that other readers of YAML take it for text too. */
const scalar = (value: string): Scalar => {
  const node = new Scalar(value)
  node.type = value.includes('\n') ? 'BLOCK_LITERAL' : 'QUOTE_DOUBLE'
  return node
}

const invalid = (message: string) => trouble('secret.invalid', message)
