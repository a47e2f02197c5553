import type { Syntax } from 'nunjucks/src/nodes.js'
import { didYouMean } from '../core/suggest.ts'
import { filters } from './filters/apply.ts'
import { callFlaw } from './filters/filter.ts'
import { tests } from './filters/tests.ts'
import { everyNode, type Flaw, testName } from './syntax.ts'

type Judge = (node: Syntax) => { message: string; hint?: string | undefined; at?: Syntax | undefined } | undefined

/** What nunjucks accepts and then does wrong, or only notices while rendering: found before. */
export const constructFlaws = (tree: Syntax, file: string): Flaw[] =>
  [...everyNode(tree)].flatMap((node) => {
    const found = Object.hasOwn(judges, node.typename) ? judges[node.typename]?.(node) : undefined
    if (!found) return []
    const { message, hint, at = node } = found
    return [{ file, line: at.lineno + 1, column: at.colno + 1, message, ...(hint && { hint }) }]
  })

const parentheses = 'say with parentheses what belongs together'

/** nunjucks groups these otherwise than Jinja and mathematics do. */
const mixed =
  (...others: readonly string[]): Judge =>
  ({ left, right }) =>
    [left, right].some((side) => side && others.includes(side.typename))
      ? { message: 'the order of these operations is not clear', hint: parentheses }
      : undefined

const literalTemplate: Judge = ({ template }) =>
  template?.typename === 'Literal' && typeof template.value === 'string'
    ? undefined
    : { message: 'the name of a template must be literal text', at: template }

const asynchronous: Judge = ({ typename }) => ({ message: `"${typename}" is not supported`, hint: 'use if or for' })

const judges: Readonly<Record<string, Judge>> = {
  For: ({ arr }) =>
    arr?.typename === 'InlineIf' && arr.else_ === null
      ? {
          message: 'a loop takes no "if"',
          hint: 'choose with selectattr or select, or put an if inside the loop',
          at: arr.cond,
        }
      : undefined,
  AsyncEach: asynchronous,
  AsyncAll: asynchronous,
  IfAsync: asynchronous,
  Include: literalTemplate,
  Extends: literalTemplate,
  Import: literalTemplate,
  FromImport: literalTemplate,
  Set: ({ targets = [] }) => {
    const odd = targets.find((target) => target.typename !== 'Symbol')
    return odd && { message: 'set takes a plain name', at: odd }
  },
  Compare: ({ ops = [], expr }) =>
    ops.length > 1 || expr?.typename === 'Compare'
      ? { message: 'comparisons cannot be chained', hint: 'join them with "and"', at: ops[1] }
      : undefined,
  Concat: mixed('Add', 'Sub'),
  Mul: mixed('FloorDiv', 'Mod'),
  Div: mixed('FloorDiv', 'Mod'),
  FloorDiv: mixed('Mul', 'Div', 'Mod'),
  Mod: mixed('Mul', 'Div', 'FloorDiv'),
  Pair: ({ key }) =>
    key?.typename === 'Symbol' || typeof key?.value === 'string'
      ? undefined
      : { message: 'names in a mapping must be text', at: key },
  Root: (root) => {
    const blocks = [...everyNode(root)].filter(({ typename }) => typename === 'Block')
    const again = blocks.find(
      (block, index) => blocks.findIndex((other) => other.name?.value === block.name?.value) < index,
    )
    return again && { message: `there is a second block "${String(again.name?.value)}"`, at: again }
  },
  Filter: ({ name, args }) => filterFlaw(name as Syntax, args?.children?.slice(1) ?? []),
  Is: (node) => {
    const name = testName(node)
    if (Object.hasOwn(tests, name)) return undefined
    return { message: `there is no test "${name}"`, hint: didYouMean(name, Object.keys(tests)), at: node.right }
  },
}

const filterFlaw = (at: Syntax, given: readonly Syntax[]): ReturnType<Judge> => {
  const name = String(at.value)
  const filter = Object.hasOwn(filters, name) ? filters[name] : undefined
  if (!filter) return { message: `there is no filter "${name}"`, hint: didYouMean(name, Object.keys(filters)), at }
  const keywords = given.find((argument) => argument.typename === 'KeywordArgs')?.children ?? []
  const places = given.filter((argument) => argument.typename !== 'KeywordArgs').length
  const flaw = callFlaw(
    name,
    filter,
    places,
    keywords.map((pair) => String(pair.key?.value)),
  )
  return flaw && { ...flaw, at }
}
