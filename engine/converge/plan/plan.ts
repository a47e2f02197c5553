import { units } from '../../facts/units.ts'
import { isGone } from '../perform/records.ts'
import type { Manifest } from '../state/manifest.ts'
import { recorded } from '../state/version.ts'
import type { Item } from './describe.ts'
import { type Observed, observeItem } from './observe-item.ts'
import type { Observer } from './observer.ts'
import { leavingItems } from './ownership.ts'
import {
  isGuarded,
  type PlannedItem,
  type PlannedReaction,
  type Planning,
  type PlanRequest,
  planOf,
} from './planning.ts'
import { judgedAfter, judgeUnit, startedUnits } from './react.ts'
import { unitNow } from './reactions.ts'
import { wasRefused } from './refused.ts'
import { type Simulation, simulate } from './simulation.ts'

/** Plans a host from what it answers now. Asks everything in one turn, then simulates step after step. */
export const planHost = async (request: PlanRequest, observer: Observer): Promise<Planning> => {
  const described = [...request.items, ...(request.others ?? [])]
  const leaving = leavingItems(request.manifest, described, request.ownership, request.kinds)
  const items = [...request.items, ...leaving.items]
  const affected = affectedUnits(items, request.manifest)
  const [states] = await Promise.all([
    Promise.all(items.map((item) => observeItem(item, observer.read))),
    ...affected.map((unit) => observer.read(units, unit)),
  ])
  const simulation = simulate(observer.read)
  const planned: PlannedItem[] = []
  for (const [index, item] of request.items.entries())
    planned.push(await planItem({ item, leaving: false, observed: states[index] }, simulation, request.manifest))
  const candidates = leaving.items.map((item, index) => ({
    item,
    leaving: true,
    observed: states[request.items.length + index],
  }))
  const { going, notices } = await planLeaving(candidates, request.manifest, simulation)
  const ordered = guardedLast([...planned, ...going])
  const reactions = await planReactions(request, affected, ordered, simulation, observer)
  const said = planned.flatMap(({ plan }) => plan.notices ?? [])
  const refused = refusedBefore(ordered, request.manifest)
  const all = [...(request.notices ?? []), ...leaving.notices, ...notices, ...said, ...refused]
  return { items: ordered, affected, reactions, notices: all }
}

/** What could cut the way in shares one guard, in which nothing else should take its time. */
const guardedLast = (items: readonly PlannedItem[]): readonly PlannedItem[] => [
  ...items.filter((item) => !isGuarded(item)),
  ...items.filter(isGuarded),
]

const refusedBefore = (items: readonly PlannedItem[], manifest: Manifest): string[] =>
  items
    .filter((planned) => wasRefused(planned, manifest))
    .map(({ item }) => `${item.declaration.key} cut the way in when it was last tried: only a person may try it again`)

/** What another one needs that leaves as well goes after it. */
const planLeaving = async (candidates: readonly Candidate[], manifest: Manifest, simulation: Simulation) => {
  const going: PlannedItem[] = []
  const notices: string[] = []
  const keep = ({ declaration: { key } }: Item, why: string) =>
    notices.push(`${key} left the description and is kept: ${why}`)
  let waiting = candidates
  for (let before = Number.POSITIVE_INFINITY; waiting.length < before; ) {
    before = waiting.length
    const needed: Candidate[] = []
    for (const candidate of waiting) {
      const next = await planItem(candidate, simulation, manifest)
      if (editedSince(next, manifest)) keep(candidate.item, 'it was edited since')
      else if (next.plan.steps.length > 0 || isGone(next)) going.push(next)
      else needed.push(candidate)
    }
    waiting = needed
  }
  for (const { item } of waiting) keep(item, 'other things need it')
  return { going, notices }
}

const planReactions = async (
  { manifest, bootId, others = [] }: PlanRequest,
  affected: readonly string[],
  items: readonly PlannedItem[],
  simulation: Simulation,
  observer: Observer,
): Promise<PlannedReaction[]> => {
  const changed = new Map(
    items.flatMap(({ item, plan }, index) =>
      plan.steps.length > 0 ? [[item.declaration.key, { index, unseen: true }] as const] : [],
    ),
  )
  const starts = new Map<string, number>()
  for (const unit of affected) {
    const running = unitNow(await observer.read(units, unit), bootId).active
    const index = running ? -1 : items.findIndex((item) => startedUnits(item).includes(unit))
    if (index >= 0) starts.set(unit, index)
  }
  const course = { items, others, manifest, bootId, read: simulation.read, changed, starts }
  const verdicts = await Promise.all(affected.map((unit) => judgeUnit(unit, course)))
  return affected.flatMap((unit, at) => {
    const reaction = verdicts[at]?.reaction
    return reaction ? [{ ...reaction, after: judgedAfter(items, unit) }] : []
  })
}

interface Candidate {
  readonly item: Item
  readonly leaving: boolean
  readonly observed: Observed | undefined
}

const planItem = async (
  { item, leaving, observed }: Candidate,
  simulation: Simulation,
  manifest: Manifest,
): Promise<PlannedItem> => {
  const { state, asked } = observed && simulation.isUntouched() ? observed : await observeItem(item, simulation.read)
  const plan = planOf(item, state, manifest)
  const provisional = simulation.takeUncertain()
  for (const step of plan.steps) simulation.apply(step)
  return { item, state, plan, provisional, asked, leaving }
}

/** Asks all that items will want to know in one turn, so that reading it later costs nothing. */
export const askAhead = (items: readonly Item[], observer: Observer) =>
  Promise.all([
    ...items.map((item) => observeItem(item, observer.read)),
    ...unitsOf(items).map((unit) => observer.read(units, unit)),
  ])

const editedSince = ({ item, state }: PlannedItem, manifest: Manifest): boolean => {
  const { resource, spec, key } = item.declaration
  const found = recorded(resource.stamp?.(spec, state), manifest)
  const left = manifest.owned.get(key)?.version
  return Boolean(found && left && found.version !== left)
}

const affectedUnits = (items: readonly Item[], manifest: Manifest): readonly string[] => [
  ...new Set([...unitsOf(items), ...manifest.owed.keys()]),
]

const unitsOf = (items: readonly Item[]): readonly string[] =>
  items.flatMap(({ declaration: { attachments } }) => [...(attachments.reloads ?? []), ...(attachments.restarts ?? [])])

export const isInOrder = (planning: Planning): boolean =>
  planning.items.every((item) => item.plan.differences.length === 0) && planning.reactions.length === 0
