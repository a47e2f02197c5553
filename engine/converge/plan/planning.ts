import type { Plan } from '../../core/plan.ts'
import type { Manifest } from '../state/manifest.ts'
import { isKeyed } from '../state/version.ts'
import type { Item } from './describe.ts'
import type { Kinds, Ownership } from './ownership.ts'
import type { Reaction } from './reactions.ts'

/** An item with what was found and what is to be done, in the order of performing. */
export interface PlannedItem {
  readonly item: Item
  readonly state: unknown
  readonly plan: Plan
  readonly provisional: boolean
  /** The questions that its state was read from. */
  readonly asked: ReadonlySet<string>
  /** Nobody describes it any more. */
  readonly leaving: boolean
}

/** It could cut the way in, and so is done last and has to be confirmed. */
export const isGuarded = ({ item, plan }: Pick<PlannedItem, 'item' | 'plan'>): true | undefined =>
  item.declaration.attachments.guard || plan.steps.some((step) => step.guard) ? true : undefined

/** What mends an item, as it has to be done: its own guard is that of all its steps. */
export const planOf = (
  { declaration: { key, resource, spec, attachments } }: Item,
  state: unknown,
  { owned }: Manifest,
): Plan => {
  const plain = resource.plan(spec, state)
  const plan = isKeyed(owned.get(key)?.version) ? withoutText(plain) : plain
  const { guard } = attachments
  if (!guard) return plan
  return { ...plan, steps: plan.steps.map((step) => ({ ...step, guard: { ...guard, ...step.guard } })) }
}

/** What was private when Fettle left it is not shown, whoever may read it by now. */
const withoutText = (plan: Plan): Plan => ({
  ...plan,
  differences: plan.differences.map((each) =>
    each.text ? { what: each.what, from: each.from && '(private)', to: '(not shown: it was private)' } : each,
  ),
})

/** A reaction, and the item after which it runs. */
export interface PlannedReaction extends Reaction {
  readonly after: number
}

/** Everything that one run would do on a host. */
export interface Planning {
  readonly items: readonly PlannedItem[]
  /** Units that an item asks to react, or that owe a reaction from before. */
  readonly affected: readonly string[]
  readonly reactions: readonly PlannedReaction[]
  readonly notices: readonly string[]
}

export interface PlanRequest {
  readonly items: readonly Item[]
  /** Described as well, but left alone in this run. Default: nothing. */
  readonly others?: readonly Item[]
  readonly ownership: Ownership
  readonly kinds: Kinds
  readonly manifest: Manifest
  readonly bootId: string
  /** What roles have to say besides. Default: nothing. */
  readonly notices?: readonly string[]
  /** The run's name, written beside what it replaces. */
  readonly run?: string
}
