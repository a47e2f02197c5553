import type { Syntax } from 'nunjucks/src/nodes.js'

/** A place in a template, counted from 1. */
export interface Spot {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** Something wrong at a place. */
export interface Flaw extends Spot {
  readonly message: string
  readonly hint?: string
}

/** What the template calls an expression, for messages: `server.port`. */
export const wording = (node: Syntax): string => {
  const { typename, value, target, val, name, children } = node
  if (typename === 'Symbol') return String(value)
  if (typename === 'Literal') return typeof value === 'string' ? `"${value}"` : String(value)
  if (typename === 'LookupVal' && target && val) return `${wording(target)}${attribute(val)}`
  if (typename === 'FunCall' && name) return `${wording(name)}()`
  if (typename === 'Filter') return `the result of ${wording(name as Syntax)}`
  if (typename === 'Group' && children?.length === 1) return wording(children[0] as Syntax)
  return 'this expression'
}

const attribute = (node: Syntax): string =>
  typeof node.value === 'string' && node.typename === 'Literal' && /^\w+$/.test(node.value)
    ? `.${node.value}`
    : `[${wording(node)}]`

/** The nodes directly below a node, in the order of the text. */
export const below = (node: Syntax): readonly Syntax[] => {
  if (node.children) return node.children
  const fields = node.typename === 'Set' ? ['targets', 'value', 'body'] : node.fields
  return fields.flatMap((field) => node[field as keyof Syntax] as Syntax | Syntax[]).filter(isSyntax)
}

const isSyntax = (value: unknown): value is Syntax =>
  typeof value === 'object' && value !== null && 'typename' in value && 'fields' in value

/** All nodes of a tree, parents first. */
export function* everyNode(node: Syntax): Generator<Syntax> {
  yield node
  for (const child of below(node)) yield* everyNode(child)
}

/** The variable at the root of a chain of attributes. */
export const rootName = (node: Syntax | undefined): string | undefined => {
  if (node?.typename === 'LookupVal') return rootName(node.target)
  if (node?.typename === 'Group' && node.children?.length === 1) return rootName(node.children[0])
  return node?.typename === 'Symbol' ? String(node.value) : undefined
}

/** `none` and `true` are words of the language, so their test arrives as a literal. */
export const testName = (node: Syntax): string => {
  const right = node.right
  return String((right?.typename === 'FunCall' ? right.name : right)?.value)
}

/** Where an absent value is what is being asked for. */
export const asksForAbsence = (node: Syntax): boolean =>
  node.typename === 'Filter'
    ? ['default', 'd'].includes(String(node.name?.value))
    : node.typename === 'Is' && ['defined', 'undefined'].includes(testName(node))

/** Where an expression begins; an attribute's own place is its dot. */
export const startOf = (node: Syntax): Syntax => {
  if (node.typename === 'LookupVal' && node.target) return startOf(node.target)
  return node.typename === 'FunCall' && node.name ? startOf(node.name) : node
}
