import type { PlannedChange } from '../../engine/core/event.ts'
import type { Difference } from '../../engine/core/plan.ts'
import { diffLines } from './diff-text.ts'
import { isWhole, type Look, paints } from './look.ts'
import { namesWithin } from './names.ts'
import type { ChangeGroup, ReactionGroup } from './plan-groups.ts'
import type { Kind } from './symbols.ts'
import { visibleLine } from './visible.ts'
import { wrapped } from './width.ts'

const indent = ' '.repeat(6)
/** Variants of one change that are shown where not everything is. */
const mostVariants = 3

/** What differs, once for all hosts where it is the same. */
export const changeDetails = ({ variants, kind }: ChangeGroup, look: Look): string[] => {
  const shown = isWhole(look) ? variants : variants.slice(0, mostVariants)
  const hidden = variants.slice(shown.length).flatMap(({ hosts }) => hosts)
  const lines = shown.flatMap(({ hosts, thing }) => {
    const details = differenceLines(thing, kind, look).map((line) => indent + line)
    const whose =
      variants.length > 1 && details.length > 0
        ? [`${indent}${paints(look).bold(namesWithin(hosts, look.columns - 7))}:`]
        : []
    return [...whose, ...details]
  })
  const more = `${indent}(${namesWithin(hidden, 40)} differently; -v shows all)`
  return hidden.length > 0 && lines.length > 0 ? [...lines, paints(look).dim(more)] : lines
}

/** Why a unit will reload or restart. */
export const reactionDetails = ({ thing }: ReactionGroup, look: Look): string[] => {
  const why = thing.because.map(visibleLine).join(', ')
  const words = thing.owed ? `still owed from before${why && `, for ${why}`}` : why && `because of ${why}`
  return words ? wrapped(words, look.columns - indent.length).map((line) => indent + paints(look).dim(line)) : []
}

const differenceLines = (change: PlannedChange, kind: Kind, look: Look): string[] => {
  const inner = { ...look, columns: look.columns - indent.length }
  const short = change.differences.filter(({ text, from }) => !text && !(kind === 'remove' && isSaid(from, change.key)))
  const long = change.differences.filter(({ text }) => text)
  const steps =
    look.verbose > 0 || kind === 'run' ? change.steps.map((step) => paints(look).dim(`> ${visibleLine(step)}`)) : []
  return [
    ...(kind === 'create' ? createdLines(short, inner) : short.flatMap((difference) => valueLines(difference, inner))),
    ...long.flatMap((difference) => longLines(difference, kind, inner)),
    ...(look.verbose > 0 ? [paints(look).dim(`role ${visibleLine(change.role)}`)] : []),
    ...steps,
  ]
}

/** The key of what is removed says already what it was. */
const isSaid = (value: string | null, key: string): boolean => value !== null && key.endsWith(value)

/** What is new has no old values to be held against: its own fit on a line. */
const createdLines = (differences: readonly Difference[], look: Look): string[] => {
  const words = differences.map(({ what, to }) => `${visibleLine(what)} ${visibleLine(to ?? 'absent')}`).join(', ')
  return words ? wrapped(words, look.columns).map((line) => paints(look).dim(line)) : []
}

const valueLines = ({ what, from, to }: Difference, look: Look): string[] => {
  const [before, after] = [from ?? 'absent', to ?? 'absent'].map(visibleLine)
  return wrapped(`${visibleLine(what)}: ${before} -> ${after}`, look.columns)
}

const longLines = ({ from, to }: Difference, kind: Kind, look: Look): string[] =>
  kind === 'create' && look.verbose === 0 ? [] : diffLines(from ?? '', to ?? '', look)
