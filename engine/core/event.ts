import type { Problem } from './error.ts'
import type { Action, Difference } from './plan.ts'
import type { Asks } from './resource.ts'

/** One line of a plan: a resource that differs, a reaction that is owed, or something that left the description. */
export interface PlannedChange {
  readonly key: string
  readonly role: string
  readonly action: Action
  readonly differences: readonly Difference[]
  /** Step titles, in order. */
  readonly steps: readonly string[]
  /** Planned on a state that an earlier step of the same run will change. */
  readonly provisional: boolean
}

/** A reload or restart that will follow or is still owed from before. */
export interface PlannedReaction {
  readonly unit: string
  readonly asks: Asks
  /** Keys of the inputs that changed. */
  readonly because: readonly string[]
  /** Owed from an earlier run, or by a change that was not Fettle's. */
  readonly owed: boolean
}

export interface HostPlan {
  readonly host: string
  readonly changes: readonly PlannedChange[]
  readonly reactions: readonly PlannedReaction[]
  /** Worth saying, but nothing that Fettle will do: a stranger's edit that is kept. */
  readonly notices: readonly string[]
}

export type HostOutcome = 'unchanged' | 'changed' | 'pending' | 'failed' | 'unreachable' | 'cancelled'

export interface HostResult {
  readonly host: string
  readonly outcome: HostOutcome
  /** Resources changed. */
  readonly changed: number
  /** Units reloaded or restarted. */
  readonly reacted: number
  /** Units whose reaction is still owed. */
  readonly owed: readonly string[]
  readonly problem?: Problem
  /** Milliseconds. */
  readonly duration: number
}

/** Everything the engine says. Renderers, the journal and tests are readers of this union. */
export type Event =
  | {
      readonly type: 'run.started'
      readonly run: string
      readonly command: string
      readonly environment: string
      readonly hosts: readonly string[]
    }
  | { readonly type: 'host.connecting'; readonly host: string }
  | { readonly type: 'host.planned'; readonly host: string; readonly plan: HostPlan }
  | { readonly type: 'host.performing'; readonly host: string; readonly steps: number }
  | { readonly type: 'step.intended'; readonly host: string; readonly key: string; readonly title: string }
  | {
      readonly type: 'step.done'
      readonly host: string
      readonly key: string
      readonly title: string
      readonly duration: number
    }
  | {
      readonly type: 'step.failed'
      readonly host: string
      readonly key: string
      readonly title: string
      readonly problem: Problem
    }
  | { readonly type: 'resource.changed'; readonly host: string; readonly change: PlannedChange }
  | { readonly type: 'reaction.done'; readonly host: string; readonly reaction: PlannedReaction }
  | { readonly type: 'warning'; readonly host?: string; readonly message: string }
  | { readonly type: 'host.done'; readonly host: string; readonly result: HostResult }
  | {
      readonly type: 'run.finished'
      readonly run: string
      readonly results: readonly HostResult[]
      readonly duration: number
    }

export type Emit = (event: Event) => void
