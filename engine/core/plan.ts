import type { Step } from './step.ts'

/** One thing that is not as described. `null` means absent. */
export interface Difference {
  readonly what: string
  readonly from: string | null
  readonly to: string | null
  /** Long text, to be shown as a diff rather than as two values. */
  readonly text?: true
}

/** Worst first: the order in which a plan is shown. */
export type Action = 'remove' | 'replace' | 'change' | 'run' | 'create'

/** What differs, and the steps that mend it. No differences, no steps. */
export interface Plan {
  readonly action: Action
  readonly differences: readonly Difference[]
  readonly steps: readonly Step[]
  /** Worth saying, but nothing that a step mends: what somebody else made and keeps. */
  readonly notices?: readonly string[]
}

export const inOrder: Plan = { action: 'change', differences: [], steps: [] }

/** The differences between two flat records, field by field, in the order of `wanted`. */
export const compare = (
  found: Readonly<Record<string, string | null>>,
  wanted: Readonly<Record<string, string | null>>,
): Difference[] =>
  Object.entries(wanted)
    .filter(([what, to]) => (found[what] ?? null) !== to)
    .map(([what, to]) => ({ what, from: found[what] ?? null, to }))
