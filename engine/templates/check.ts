import type { Syntax } from 'nunjucks/src/nodes.js'
import { didYouMean } from '../core/suggest.ts'
import { constructFlaws } from './constructs.ts'
import { type Names, namesOf, type Use } from './names.ts'
import type { Sources } from './sources.ts'
import type { Flaw } from './syntax.ts'

/** What is known of a template and all that it includes before it is given any variables. */
export interface Checked {
  readonly flaws: readonly Flaw[]
  readonly uses: readonly Use[]
}

/** Checks each template once. Undefined for a template that no folder has. */
export const checker = (sources: Sources): ((name: string) => Checked | undefined) => {
  const checked = new Map<string, Checked>()
  return (name) => {
    const known = checked.get(name)
    if (known) return known
    const flaws: Flaw[] = []
    const names = read(name, { sources, flaws, seen: new Map() })
    if (!names) return undefined
    const result = { flaws, uses: names.uses }
    checked.set(name, result)
    return result
  }
}

interface Reading {
  readonly sources: Sources
  readonly flaws: Flaw[]
  /** Templates read or, while undefined, being read. */
  readonly seen: Map<string, Names | undefined>
}

const nothing: Names = { uses: [], flaws: [], exports: new Set(), blocks: new Map() }

const read = (name: string, reading: Reading): Names | undefined => {
  const source = reading.sources.get(name)
  if (!source) return undefined
  if ('flaw' in source) {
    reading.flaws.push(source.flaw)
    return nothing
  }
  reading.seen.set(name, undefined)
  reading.flaws.push(...constructFlaws(source.tree, source.file))
  const names = namesOf(source.tree, source.file, (other, from) => readOther(other, from, source.file, reading))
  reading.flaws.push(...names.flaws)
  reading.seen.set(name, names)
  return names
}

const readOther = (name: string, from: Syntax, file: string, reading: Reading): Names | undefined => {
  const open = reading.seen.has(name) && !reading.seen.get(name)
  if (open) reading.flaws.push(flawAt(from, file, `"${name}" includes itself`, 'repeat with a macro that calls itself'))
  if (reading.seen.has(name)) return reading.seen.get(name)
  const names = read(name, reading)
  if (!names && !from.ignoreMissing) {
    const hint = didYouMean(name, reading.sources.names())
    reading.flaws.push(flawAt(from, file, `there is no template "${name}"`, hint))
  }
  return names
}

const flawAt = (node: Syntax, file: string, message: string, hint: string | undefined): Flaw => {
  const { lineno, colno } = node.template ?? node
  return { file, line: lineno + 1, column: colno + 1, message, ...(hint && { hint }) }
}
