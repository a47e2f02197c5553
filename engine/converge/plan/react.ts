import { isDeepStrictEqual } from 'node:util'
import type { Read } from '../../core/fact.ts'
import type { Asks, Stamp } from '../../core/resource.ts'
import { type UnitAnswer, units } from '../../facts/units.ts'
import type { Input, Manifest } from '../state/manifest.ts'
import { recorded } from '../state/version.ts'
import type { Item } from './describe.ts'
import { observeItem } from './observe-item.ts'
import type { PlannedItem } from './planning.ts'
import { type CurrentInput, type Reaction, reactionOf, unitNow } from './reactions.ts'

/** How far a run is, as seen by reactions: what it changes, and where it starts what was not running. */
export interface Course {
  readonly items: readonly PlannedItem[]
  /** What the host's description says besides, and this run was told to leave alone. */
  readonly others: readonly Item[]
  readonly manifest: Manifest
  readonly bootId: string
  /** The host as it is at this point of the run. */
  readonly read: Read
  /** Keys of items that this run changes, and whether the host has not been asked about them since. */
  readonly changed: ReadonlyMap<string, { readonly index: number; readonly unseen: boolean }>
  /** By unit: the index of the item that starts it in this run. */
  readonly starts: ReadonlyMap<string, number>
}

/** What a unit must do, and the inputs of this run that it then runs with. */
export interface Verdict {
  readonly reaction: Reaction | null
  readonly inputs: Inputs
  readonly active: boolean
}

export type Inputs = Readonly<Record<string, Input>>

export const judgeUnit = async (unit: string, course: Course): Promise<Verdict> => {
  const now = unitNow(await course.read(units, unit), course.bootId)
  const current = await Promise.all(
    course.items.flatMap((planned) => {
      const asks = asksOf(planned.item, unit)
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

/**
 * What to record of a unit: it runs with the inputs of this run, and where it reacts, with those of other roles as they
 * are now. What another site looks after stays as it was recorded.
 */
export const paidInputs = async (unit: string, { reaction, inputs }: Verdict, course: Course): Promise<Inputs> => {
  const before = course.manifest.paid.get(unit) ?? new Map<string, Input>()
  const others = await Promise.all(
    course.others.map(async (item): Promise<[string, Input][]> => {
      const { key } = item.declaration
      const asks = asksOf(item, unit)
      const recorded = before.get(key)
      if (!asks) return []
      if (reaction) return [[key, { version: (await seenStamp(item, course))?.version ?? null, asks }]]
      return recorded ? [[key, recorded]] : []
    }),
  )
  const here = new Set(
    [...course.items.map(({ item }) => item), ...course.others].map(({ declaration }) => declaration.key),
  )
  const strange = [...before].filter(([key]) => !here.has(key) && course.manifest.owned.has(key))
  return { ...Object.fromEntries([...strange, ...others.flat()]), ...inputs }
}

/** What is new in the inputs that a unit runs with; null for what is none of them any more. */
export const changedInputs = (before: ReadonlyMap<string, Input> | undefined, inputs: Inputs) => {
  const changed = Object.entries(inputs).filter(([key, input]) => !isDeepStrictEqual(before?.get(key), input))
  const gone = [...(before?.keys() ?? [])].filter((key) => inputs[key] === undefined)
  return Object.fromEntries<Input | null>([...gone.map((key) => [key, null] as const), ...changed])
}

const seenStamp = async (item: Item, { read, manifest }: Course): Promise<Stamp | null> => {
  const { resource, spec } = item.declaration
  return recorded(resource.stamp?.(spec, (await observeItem(item, read)).state) ?? null, manifest)
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
  const loaded = start !== undefined && (change === undefined || change.index <= start)
  const simulated = change?.unseen ?? false
  const after = () => (plan.action === 'remove' ? null : recorded(resource.stampAfter?.(spec) ?? null, course.manifest))
  const stamp = simulated ? after() : await seenStamp(item, course)
  return { key, asks, stamp, changing: simulated && !loaded, changed: change?.unseen === false, loaded }
}

const isLeaving = (key: string, { items }: Course): boolean =>
  items.some((planned) => planned.leaving && planned.item.declaration.key === key)

export const asksOf = ({ declaration }: Item, unit: string): Asks | null => {
  const { reloads, restarts } = declaration.attachments
  if (restarts?.includes(unit)) return 'restart'
  return reloads?.includes(unit) ? 'reload' : null
}

/**
 * Where a unit is judged: after its last input, and after the service itself where it is described. At the end where an
 * input leaves, because the unit may leave, too; at first, -1, where there is no input.
 */
export const judgedAfter = (items: readonly PlannedItem[], unit: string): number => {
  const last = items.findLastIndex(
    ({ item }) => asksOf(item, unit) !== null || item.declaration.key === `service:${unit}`,
  )
  return items[last]?.leaving ? items.length - 1 : last
}

/** The units that a step is known to bring up. */
export const startedUnits = ({ plan }: PlannedItem): string[] =>
  plan.steps.flatMap((step) =>
    step.effects
      .filter(({ fact, answer }) => fact === units.name && (answer as UnitAnswer).active === 'active')
      .map(({ query }) => String(query)),
  )
