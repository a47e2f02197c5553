/** Milliseconds; 0 where nothing was measured. */
export interface Latency {
  readonly p50: number
  readonly p99: number
  readonly max: number
}

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0

/** By the nearest rank: each figure is one that was measured. */
export const latencyOf = (measured: readonly number[]): Latency => {
  const sorted = [...measured].sort((a, b) => a - b)
  return { p50: at(sorted, 0.5), p99: at(sorted, 0.99), max: at(sorted, 1) }
}
