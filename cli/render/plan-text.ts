import type { HostPlan } from '../../engine/core/event.ts'
import { type Look, paints } from './look.ts'
import { namesWithin } from './names.ts'
import { entryLines, indent, labelWidth } from './plan-entries.ts'
import { changeGroups, noticeGroups, reactionGroups } from './plan-groups.ts'
import { planSummary } from './plan-summary.ts'
import { headings, kinds } from './symbols.ts'
import { visibleLine } from './visible.ts'
import { wrapped } from './width.ts'

/** A plan for people: the riskiest first, equal changes on many hosts as one, and how much it is at the end. */
export const planText = (plans: readonly HostPlan[], look: Look): string => {
  const notices = noticeLines(plans, look)
  const legend = plans.some(({ changes }) => changes.some(({ provisional }) => provisional))
    ? [provisionalLegend(look)]
    : []
  const all = [
    ...planSections(plans, look),
    ...(notices.length > 0 ? [notices] : []),
    ...legend,
    [planSummary(plans, look)],
  ]
  return all.map((lines) => lines.join('\n')).join('\n\n')
}

/** What is to be done or was done, by its kind, the riskiest first. */
export const planSections = (plans: readonly HostPlan[], look: Look): string[][] => {
  const groups = [...changeGroups(plans), ...reactionGroups(plans)]
  const room = labelWidth(groups, look)
  return kinds.flatMap((kind) => {
    const entries = groups.filter((group) => group.kind === kind)
    if (entries.length === 0) return []
    return [[paints(look).bold(headings[kind]), ...entries.flatMap((entry) => entryLines(entry, room, look))]]
  })
}

export const noticeLines = (plans: readonly HostPlan[], look: Look): string[] => {
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
