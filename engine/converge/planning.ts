import type { Plan } from '../core/plan.ts'
import type { Item } from './describe.ts'
import type { Manifest } from './manifest.ts'
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
}
