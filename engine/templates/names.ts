import type { Syntax } from 'nunjucks/src/nodes.js'
import { didYouMean } from '../core/suggest.ts'
import { globals } from './globals.ts'
import { allNames, assuming, certain, define, inner, isSet, type Scope } from './scope.ts'
import { asksForAbsence, below, type Flaw, rootName, type Spot } from './syntax.ts'

/** A name that a template expects from outside. */
export interface Use extends Spot {
  readonly name: string
  /** Names that are set here, for "did you mean". */
  readonly near: readonly string[]
}

export interface Names {
  readonly uses: readonly Use[]
  readonly flaws: readonly Flaw[]
  /** What the template sets at its top level. */
  readonly exports: ReadonlySet<string>
  /** What is set where a block stands, by the block's name. */
  readonly blocks: ReadonlyMap<string, readonly string[]>
}

/** Another template's names; undefined where it is being read already. Reports what is missing at the given node. */
export type Other = (name: string, from: Syntax) => Names | undefined

interface Walk {
  readonly file: string
  readonly other: Other
  readonly uses: Use[]
  readonly flaws: Flaw[]
  readonly blocks: Map<string, readonly string[]>
  readonly top: Scope
  /** Names of blocks in the template that this one extends. */
  readonly inherited: Map<string, readonly string[]>
  /** Bodies of macros, which run when all names of the top level are set. */
  readonly later: (() => void)[]
}

type Visit = (walk: Walk, node: Syntax, scope: Scope) => void

/** Follows the scopes of a template as the program will, and gathers every name that nothing in it sets. */
export const namesOf = (tree: Syntax, file: string, other: Other): Names => {
  const top = inner(null)
  const walk: Walk = { file, other, uses: [], flaws: [], blocks: new Map(), top, inherited: new Map(), later: [] }
  visit(walk, tree, top)
  for (let body = walk.later.shift(); body; body = walk.later.shift()) body()
  return { uses: walk.uses, flaws: walk.flaws, exports: top.names, blocks: walk.blocks }
}

const visit: Visit = (walk, node, scope) => {
  const special = Object.hasOwn(visits, node.typename) ? visits[node.typename] : undefined
  if (special) special(walk, node, scope)
  else for (const child of below(node)) visit(walk, child, scope)
}

const maybe = (walk: Walk, node: Syntax | null | undefined, scope: Scope): void => {
  if (node) visit(walk, node, scope)
}

const place = (walk: Walk, node: Syntax): Spot => ({ file: walk.file, line: node.lineno + 1, column: node.colno + 1 })

const symbolNames = (node: Syntax | undefined): string[] =>
  (node?.children ?? (node ? [node] : []))
    .filter((child) => child.typename === 'Symbol')
    .map((child) => String(child.value))

const literalName = (node: Syntax): string | undefined =>
  node.template?.typename === 'Literal' && typeof node.template.value === 'string' ? node.template.value : undefined

/** Uses of another template's that nothing here answers. */
const adopt = (walk: Walk, uses: readonly Use[], scope: Scope): void => {
  walk.uses.push(...uses.filter((use) => !isSet(scope, use.name)))
}

const signature = (walk: Walk, node: Syntax, scope: Scope): string[] => {
  const keywords = (node.args?.children ?? []).find((child) => child.typename === 'KeywordArgs')
  const named = (keywords?.children ?? []).map((pair) => String(pair.key?.value))
  const names = [...symbolNames(node.args), ...named, 'caller']
  for (const pair of keywords?.children ?? []) maybe(walk, pair.value as Syntax, inner(scope, names))
  return names
}

const decide: Visit = (walk, node, scope) => {
  maybe(walk, node.cond, scope)
  maybe(walk, node.body, assuming(scope, certain(node.cond, true)))
  maybe(walk, node.else_, assuming(scope, certain(node.cond, false)))
}

const chain =
  (outcome: boolean): Visit =>
  (walk, node, scope) => {
    maybe(walk, node.left, scope)
    maybe(walk, node.right, assuming(scope, certain(node.left, outcome)))
  }

const loop: Visit = (walk, node, scope) => {
  maybe(walk, node.arr, scope)
  maybe(walk, node.body, inner(scope, [...symbolNames(node.name), 'loop']))
  maybe(walk, node.else_, scope)
}

const lenient: Visit = (walk, node, scope) => {
  const operands =
    node.typename === 'Is' ? [node.left, ...(node.right?.args?.children ?? [])] : (node.args?.children ?? [])
  const [first, ...rest] = operands
  if (first && !(asksForAbsence(node) && rootName(first))) visit(walk, first, scope)
  for (const argument of rest) maybe(walk, argument, scope)
}

const visits: Readonly<Record<string, Visit>> = {
  Symbol: (walk, node, scope) => {
    const name = String(node.value)
    if (!isSet(scope, name)) walk.uses.push({ name, near: allNames(scope), ...place(walk, node) })
  },
  Pair: (walk, node, scope) => visit(walk, node.value as Syntax, scope),
  If: decide,
  InlineIf: decide,
  IfAsync: decide,
  And: chain(true),
  Or: chain(false),
  Filter: lenient,
  Is: lenient,
  FunCall: (walk, node, scope) => {
    if (node.name?.value !== 'super') maybe(walk, node.name, scope)
    maybe(walk, node.args, scope)
  },
  For: loop,
  AsyncEach: loop,
  AsyncAll: loop,
  Set: (walk, node, scope) => {
    for (const child of below(node)) if (!node.targets?.includes(child)) visit(walk, child, scope)
    for (const target of node.targets ?? []) define(scope, String(target.value))
  },
  Macro: (walk, node, scope) => {
    define(scope, String(node.name?.value))
    walk.later.push(() => {
      const names = signature(walk, node, walk.top)
      maybe(walk, node.body, inner(walk.top, names))
    })
  },
  Caller: (walk, node, scope) => maybe(walk, node.body, inner(scope, signature(walk, node, scope))),
  Block: (walk, node, scope) => {
    const name = String(node.name?.value)
    const inherited = walk.inherited.get(name) ?? []
    walk.blocks.set(name, [...allNames(scope), ...inherited])
    maybe(walk, node.body, inner(scope, inherited))
  },
  Include: (walk, node, scope) => {
    const name = literalName(node)
    const included = name === undefined ? undefined : walk.other(name, node)
    if (included) adopt(walk, included.uses, scope)
  },
  Extends: (walk, node, scope) => {
    const name = literalName(node)
    const parent = name === undefined ? undefined : walk.other(name, node)
    if (!parent) return
    for (const [block, names] of parent.blocks) walk.inherited.set(block, names)
    for (const exported of parent.exports) define(scope, exported)
    walk.later.push(() => adopt(walk, parent.uses, walk.top))
  },
  Import: (walk, node, scope) => {
    imported(walk, node, scope)
    define(scope, String(node.target?.value))
  },
  FromImport: (walk, node, scope) => {
    const source = imported(walk, node, scope)
    for (const child of node.names?.children ?? []) {
      const name = (child.typename === 'Pair' ? child.key : child) as Syntax
      if (source && !source.exports.has(String(name.value))) walk.flaws.push(notExported(walk, name, node, source))
      define(scope, String((child.typename === 'Pair' ? (child.value as Syntax) : child).value))
    }
  },
}

const imported = (walk: Walk, node: Syntax, scope: Scope): Names | undefined => {
  const name = literalName(node)
  const source = name === undefined ? undefined : walk.other(name, node)
  if (source && node.withContext) adopt(walk, source.uses, scope)
  else walk.flaws.push(...(source?.uses ?? []).filter(({ name }) => !Object.hasOwn(globals, name)).map(unseen))
  return source
}

/** An imported template sees none of the importing one's names. */
const unseen = ({ name, file, line, column }: Use): Flaw => {
  const hint = 'give it to the macro as an argument, or import the template "with context"'
  return { file, line, column, message: `"${name}" cannot be seen here`, hint }
}

const notExported = (walk: Walk, name: Syntax, node: Syntax, source: Names): Flaw => {
  const hint = didYouMean(String(name.value), source.exports)
  const message = `"${literalName(node)}" sets no "${String(name.value)}"`
  return { ...place(walk, name), message, ...(hint && { hint }) }
}
