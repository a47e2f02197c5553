import type { Read } from '../core/fact.ts'
import type { Asks, Stamp } from '../core/resource.ts'
import { units } from '../facts/units.ts'
import type { Input, Manifest } from './manifest.ts'
import { observeItem, type PlannedItem } from './plan.ts'
import { type CurrentInput, type Reaction, reactionOf, unitNow } from './reactions.ts'

/** How far a run is, as seen by reactions: what it changes, and where it starts what was not running. */
export interface Course {
  readonly items: readonly PlannedItem[]
  readonly manifest: Manifest
  readonly bootId: string
  /** The host as it is at this point of the run. */
  readonly read: Read
  /** Keys of items that this run changes, and whether the host has not been asked about them since. */
  readonly changed: ReadonlyMap<string, { readonly index: number; readonly unseen: boolean }>
  /** By unit: the index of the item that starts it in this run. */
  readonly starts: ReadonlyMap<string, number>
}

/** What a unit must do, and the inputs that it then runs with. */
export interface Verdict {
  readonly reaction: Reaction | null
  readonly inputs: Readonly<Record<string, Input>>
  readonly active: boolean
}

export const judgeUnit = async (unit: string, course: Course): Promise<Verdict> => {
  const now = unitNow(await course.read(units, unit), course.bootId)
  const current = await Promise.all(
    course.items.flatMap((planned) => {
      const asks = asksOf(planned, unit)
      return asks ? [currentInput(planned, asks, unit, course)] : []
    }),
  )
  const marks = course.starts.has(unit) ? undefined : course.manifest.owed.get(unit)
  const ledger = { paid: course.manifest.paid.get(unit), owed: marks }
  const reaction = reactionOf(unit, current, now, ledger)
  const owed = !reaction?.because.some((key) => course.changed.has(key))
  const inputs = Object.fromEntries(
    current
      .filter(({ key }) => !isLeaving(key, course))
      .map(({ key, asks, stamp }) => [key, { version: stamp?.version ?? null, asks }]),
  )
  return { reaction: reaction && { ...reaction, owed }, inputs, active: now.active }
}

const currentInput = async (
  { item, plan }: PlannedItem,
  asks: Asks,
  unit: string,
  course: Course,
): Promise<CurrentInput> => {
  const { key, resource, spec } = item.declaration
  const change = course.changed.get(key)
  const start = course.starts.get(unit)
  const paidByStart = start !== undefined && (change === undefined || change.index <= start)
  const simulated = change?.unseen ?? false
  const seen = async () => resource.stamp?.(spec, (await observeItem(item, course.read)).state) ?? null
  const after = () => (plan.action === 'remove' ? null : (resource.stampAfter?.(spec) ?? null))
  const stamp = simulated ? after() : await seen()
  return { key, asks, stamp: paidByStart ? paid(stamp) : stamp, changing: simulated && !paidByStart }
}

const paid = (stamp: Stamp | null): Stamp => ({ version: stamp?.version ?? '', changedAt: Number.NEGATIVE_INFINITY })

const isLeaving = (key: string, { items }: Course): boolean =>
  items.some((planned) => planned.leaving && planned.item.declaration.key === key)

export const asksOf = ({ item }: PlannedItem, unit: string): Asks | null => {
  const { reloads, restarts } = item.declaration.attachments
  if (restarts?.includes(unit)) return 'restart'
  return reloads?.includes(unit) ? 'reload' : null
}

/** Where a unit is judged: after its last input, and after the service itself where it is described. */
export const judgedAfter = (items: readonly PlannedItem[], unit: string): number =>
  Math.max(
    0,
    items.findLastIndex((item) => asksOf(item, unit) !== null || item.item.declaration.key === `service:${unit}`),
  )

/** The units that a step is known to bring up. */
export const startedUnits = ({ plan }: PlannedItem): string[] =>
  plan.steps.flatMap((step) =>
    step.effects.filter((effect) => effect.fact === units.name).map((effect) => String(effect.query)),
  )
