import type { HostOutcome } from '../engine/core/event.ts'

export const exitCode = {
  done: 0,
  error: 1,
  pending: 2,
  failed: 3,
  unreachable: 4,
  usage: 64,
  interrupted: 130,
} as const

/** The worst that happened on any host. */
export const exitCodeOf = (all: readonly HostOutcome[]): number => {
  const outcomes = new Set(all)
  if (outcomes.has('cancelled')) return exitCode.interrupted
  if (outcomes.has('failed')) return exitCode.failed
  if (outcomes.has('unreachable')) return exitCode.unreachable
  return outcomes.has('pending') ? exitCode.pending : exitCode.done
}
