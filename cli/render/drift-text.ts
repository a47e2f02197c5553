import type { PlannedChange, PlannedReaction } from '../../engine/core/event.ts'
import { groupBy } from '../../engine/core/group-by.ts'
import type { Drift, DriftEvent, HostLook, Since } from '../../engine/rollout/drift.ts'
import { momentText } from './clock-text.ts'
import { counted, type Look, paints } from './look.ts'
import { namesWithin } from './names.ts'
import { entryLines, indent, labelWidth } from './plan-entries.ts'
import { type ChangeGroup, changeGroups, type ReactionGroup, reactionGroups } from './plan-groups.ts'
import { noticeLines } from './plan-text.ts'
import { type Kind, kinds } from './symbols.ts'

const headings: Readonly<Record<Kind, string>> = {
  remove: 'Should not be there',
  replace: 'Something else in its place',
  restart: 'Runs without what changed, until a restart',
  change: 'Not as described',
  run: 'Not done',
  create: 'Missing',
  reload: 'Runs without what changed, until a reload',
}

type Found = Extract<DriftEvent, { readonly type: 'drift.found' | 'drift.changed' }>

/** What is not as described, the same on many hosts as one. */
export const driftText = (found: readonly Found[], look: Look): string => {
  const groups = groupsOf(found)
  const room = labelWidth(groups, look)
  const sections = kinds.flatMap((kind) => {
    const entries = groups.filter((group) => group.kind === kind)
    if (entries.length === 0) return []
    const lines = entries.flatMap((entry) => [...entryLines(entry, room, look), ...sinceLines(entry, found, look)])
    return [[paints(look).bold(headings[kind]), ...lines].join('\n')]
  })
  return sections.join('\n\n')
}

/** Whatever one look found, and how much it is. */
export const lookText = (looks: readonly HostLook[], found: readonly Found[], look: Look): string => {
  const plans = looks.flatMap((seen) =>
    'drifts' in seen ? [{ ...nothing, host: seen.host, notices: seen.notices }] : [],
  )
  const parts = [driftText(found, look), noticeLines(plans, look).join('\n'), paints(look).bold(summary(looks))]
  return parts.filter((part) => part !== '').join('\n\n')
}

const nothing = { changes: [], reactions: [] }

/** `Drift: 2 of 5 hosts, 3 things; 1 host could not be looked at` */
const summary = (looks: readonly HostLook[]): string => {
  const drifts = looks.flatMap((seen) => ('drifts' in seen ? [seen.drifts.length] : []))
  const drifted = drifts.filter((count) => count > 0).length
  const things = drifts.reduce((sum, count) => sum + count, 0)
  const gone = looks.length - drifts.length
  const words =
    drifted === 0
      ? `none on ${counted(drifts.length, 'host')}`
      : `${drifted} of ${counted(drifts.length, 'host')}, ${counted(things, 'thing')}`
  return `Drift: ${words}${gone > 0 ? `; ${counted(gone, 'host')} could not be looked at` : ''}`
}

const groupsOf = (found: readonly Found[]): (ChangeGroup | ReactionGroup)[] => {
  const plans = found.map(({ host, drift }) => ({ host, notices: [], ...asPlan(drift) }))
  return [...changeGroups(plans), ...reactionGroups(plans)]
}

const asPlan = (drift: Drift): { changes: PlannedChange[]; reactions: PlannedReaction[] } => {
  const { key, role, mends, differences, because, provisional } = drift
  if (mends === 'reload' || mends === 'restart')
    return { changes: [], reactions: [{ unit: key, asks: mends, because, owed: false }] }
  return { changes: [{ key, role: role ?? '', action: mends, differences, provisional, steps: [] }], reactions: [] }
}

/** Once for all hosts where it is the same, to the second. */
const sinceLines = (entry: ChangeGroup | ReactionGroup, found: readonly Found[], look: Look): string[] => {
  const key = 'key' in entry ? entry.key : entry.thing.unit
  const here = found.filter(({ host, drift }) => drift.key === key && entry.hosts.includes(host))
  const groups = groupBy(here, ({ since }) => sinceText(since))
  return [...groups].flatMap(([text, same]) => {
    if (text === '') return []
    const whose =
      groups.size > 1
        ? `${namesWithin(
            same.map(({ host }) => host),
            40,
          )}: `
        : ''
    return [indent + paints(look).dim(whose + text)]
  })
}

const sinceText = (since: Since | null): string => {
  if (since === null) return ''
  return since.by === 'changed' ? `changed last at ${momentText(since.at)}` : `in order until ${momentText(since.at)}`
}
