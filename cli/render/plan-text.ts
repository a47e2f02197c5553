import type { HostPlan } from '../../engine/core/event.ts'
import { isWhole, type Look, paints } from './look.ts'
import { namesWithin } from './names.ts'
import { changeDetails, reactionDetails } from './plan-details.ts'
import { type ChangeGroup, changeGroups, noticeGroups, type ReactionGroup, reactionGroups } from './plan-groups.ts'
import { planSummary } from './plan-summary.ts'
import { headings, type Kind, kinds, symbolOf } from './symbols.ts'
import { visibleLine } from './visible.ts'
import { padded, width, wrapped } from './width.ts'

const indent = ' '.repeat(6)

/** A plan for people: the riskiest first, equal changes on many hosts as one, and how much it is at the end. */
export const planText = (plans: readonly HostPlan[], look: Look): string => {
  const groups = [...changeGroups(plans), ...reactionGroups(plans)]
  const room = labelWidth(groups, look)
  const sections = kinds.flatMap((kind) => {
    const entries = groups.filter((group) => group.kind === kind)
    if (entries.length === 0) return []
    return [[paints(look).bold(headings[kind]), ...entries.flatMap((entry) => entryLines(entry, room, look))]]
  })
  const notices = noticeLines(plans, look)
  const legend = plans.some(({ changes }) => changes.some(({ provisional }) => provisional))
    ? [provisionalLegend(look)]
    : []
  const all = [...sections, ...(notices.length > 0 ? [notices] : []), ...legend, [planSummary(plans, look)]]
  return all.map((lines) => lines.join('\n')).join('\n\n')
}

type Entry = ChangeGroup | ReactionGroup

const labelOf = (entry: Entry): string =>
  'key' in entry
    ? `${visibleLine(entry.key)}${entry.variants[0]?.thing.provisional ? ' (provisional)' : ''}`
    : visibleLine(entry.thing.unit)

const labelWidth = (groups: readonly Entry[], look: Look): number => {
  const longest = Math.max(0, ...groups.map((group) => width(labelOf(group))))
  return Math.min(longest, Number.isFinite(look.columns) ? Math.floor(look.columns * 0.6) : 60)
}

const entryLines = (entry: Entry, room: number, look: Look): string[] => [
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

const noticeLines = (plans: readonly HostPlan[], look: Look): string[] => {
  const lines = noticeGroups(plans).flatMap(({ hosts, thing }) => {
    const [first = '', ...more] = wrapped(
      `${namesWithin(hosts, 40)}: ${visibleLine(thing)}`,
      look.columns - indent.length,
    )
    return [`    i ${first}`, ...more.map((line) => indent + line)]
  })
  return lines.length > 0 ? [paints(look).bold('To know'), ...lines] : []
}

const provisionalLegend = (look: Look): string[] =>
  wrapped(
    '(provisional): planned on what an earlier step of this run will bring; looked at again before it is done',
    look.columns,
  ).map((line) => paints(look).dim(line))
