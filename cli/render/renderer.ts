import type { Emit, HostPlan } from '../../engine/core/event.ts'

/** Reads the events of a run aloud. */
export interface Renderer {
  readonly emit: Emit
  /** Writes a plan; the region for what is running makes way for it, and for the question that may follow. */
  showPlan(plans: readonly HostPlan[]): void
  /** Makes way for a question; goes on with the next event. */
  rest(): void
  /** Writes what is waiting and leaves the terminal as it was. */
  close(): void
}
