import { isWhole, type Look, paints } from './look.ts'
import { namesWithin } from './names.ts'
import { changeDetails, reactionDetails } from './plan-details.ts'
import type { ChangeGroup, ReactionGroup } from './plan-groups.ts'
import { type Kind, symbolOf } from './symbols.ts'
import { visibleLine } from './visible.ts'
import { padded, width } from './width.ts'

export const indent = ' '.repeat(6)

export type Entry = ChangeGroup | ReactionGroup

const labelOf = (entry: Entry): string =>
  'key' in entry
    ? `${visibleLine(entry.key)}${entry.variants[0]?.thing.provisional ? ' (provisional)' : ''}`
    : visibleLine(entry.thing.unit)

/** How wide the column of keys is. */
export const labelWidth = (groups: readonly Entry[], look: Look): number => {
  const longest = Math.max(0, ...groups.map((group) => width(labelOf(group))))
  return Math.min(longest, Number.isFinite(look.columns) ? Math.floor(look.columns * 0.6) : 60)
}

/** One resource or unit, the hosts that it is about, and what differs. */
export const entryLines = (entry: Entry, room: number, look: Look): string[] => [
  ...headLines(entry.kind, labelOf(entry), entry.hosts, room, look),
  ...('key' in entry ? changeDetails(entry, look) : reactionDetails(entry, look)),
]

const headLines = (kind: Kind, label: string, hosts: readonly string[], room: number, look: Look): string[] => {
  const start = `  ${symbolOf(kind, look)} `
  const fits = width(label) <= room
  const left = isWhole(look) ? Number.POSITIVE_INFINITY : Math.max(20, look.columns - 8 - (fits ? room : 0))
  const names = paints(look).bold(namesWithin(hosts, left))
  return fits ? [`${start}${padded(label, room)}  ${names}`] : [`${start}${label}`, `${indent}  ${names}`]
}
