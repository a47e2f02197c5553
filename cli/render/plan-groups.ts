import type { HostPlan, PlannedChange, PlannedReaction } from '../../engine/core/event.ts'
import { groupBy } from '../../engine/core/group-by.ts'
import type { Action } from '../../engine/core/plan.ts'

/** The same thing on all these hosts. */
export interface Shared<Thing> {
  readonly hosts: readonly string[]
  readonly thing: Thing
}

/** One resource on all hosts where the same is done with it, though not always with the same outcome. */
export interface ChangeGroup {
  readonly kind: Action
  readonly key: string
  readonly hosts: readonly string[]
  readonly variants: readonly Shared<PlannedChange>[]
}

export interface ReactionGroup extends Shared<PlannedReaction> {
  readonly kind: 'restart' | 'reload'
}

interface On<Thing> {
  readonly host: string
  readonly thing: Thing
}

/** Equal things become one, with all their hosts. */
const share = <Thing>(all: readonly On<Thing>[], identity: (thing: Thing) => unknown): Shared<Thing>[] =>
  [...groupBy(all, ({ thing }) => JSON.stringify(identity(thing))).values()].map((same) => ({
    hosts: same.map(({ host }) => host),
    thing: (same[0] as On<Thing>).thing,
  }))

const everything = <Thing>(plans: readonly HostPlan[], of: (plan: HostPlan) => readonly Thing[]): On<Thing>[] =>
  plans.flatMap((plan) => of(plan).map((thing) => ({ host: plan.host, thing })))

export const changeGroups = (plans: readonly HostPlan[]): ChangeGroup[] => {
  const all = everything(plans, (plan) => plan.changes)
  const groups = groupBy(all, ({ thing }) => JSON.stringify([thing.action, thing.key, thing.provisional]))
  return [...groups.values()].map((group) => {
    const [{ thing }] = group as [On<PlannedChange>]
    const variants = share(group, ({ differences, steps }) => [differences, steps])
    return { kind: thing.action, key: thing.key, hosts: group.map(({ host }) => host), variants }
  })
}

export const reactionGroups = (plans: readonly HostPlan[]): ReactionGroup[] =>
  share(
    everything(plans, (plan) => plan.reactions),
    (reaction) => reaction,
  ).map((shared) => ({ kind: shared.thing.asks, ...shared }))

export const noticeGroups = (plans: readonly HostPlan[]): Shared<string>[] =>
  share(
    everything(plans, (plan) => plan.notices),
    (notice) => notice,
  )
