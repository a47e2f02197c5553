import type { Failure, FailureClass } from './failure.ts'
import { type Latency, latencyOf } from './latency.ts'
import type { Fate, Fates } from './orders.ts'
import { type Sighting, watchSightings } from './sightings.ts'

export const streamNames = ['keep-alive', 'fixed-rate', 'close', 'download', 'order'] as const

/** One way of asking. */
export type StreamName = (typeof streamNames)[number]

/** One request that is over. Times are milliseconds. */
export interface Sample {
  readonly stream: StreamName
  /** Since the load began. */
  readonly endedAt: number
  /** From when it was meant to be sent until it was over. */
  readonly latency: number
  /** Sent later than meant, because this process was busy. */
  readonly late: boolean
  readonly failure: Failure | null
  readonly by: { readonly release: string; readonly host: string } | null
  readonly order?: { readonly id: string; readonly fate: Fate }
}

export interface StreamResult {
  readonly requests: number
  readonly failed: number
  readonly late: number
  /** Of the requests that did not fail. */
  readonly latency: Latency
}

export interface FailedSample {
  readonly stream: StreamName
  readonly endedAt: number
  readonly failure: Failure
}

export interface LoadResult {
  readonly requests: number
  readonly failed: number
  /** Failures by class; a class that did not occur is not there. */
  readonly failures: Readonly<Partial<Record<FailureClass, number>>>
  /** The first failures, 100 at most. */
  readonly examples: readonly FailedSample[]
  readonly streams: Readonly<Partial<Record<StreamName, StreamResult>>>
  readonly latency: Latency
  readonly sightings: readonly Sighting[]
  readonly orders: Fates
}

const mostExamples = 100

interface Counted {
  requests: number
  failed: number
  late: number
  readonly latencies: number[]
}

export interface Tally {
  add(sample: Sample): void
  result(): LoadResult
}

const resultOf = ({ latencies, ...counts }: Counted): StreamResult => ({ ...counts, latency: latencyOf(latencies) })

const sum = (streams: readonly Counted[], of: 'requests' | 'failed'): number =>
  streams.reduce((total, stream) => total + stream[of], 0)

/** Counts what came of requests. */
export const startTally = (): Tally => {
  const streams = new Map<StreamName, Counted>()
  const failures: Partial<Record<FailureClass, number>> = {}
  const examples: FailedSample[] = []
  const sightings = watchSightings()
  const orders: Record<Fate, string[]> = { acknowledged: [], refused: [], unknown: [] }

  const counted = (name: StreamName): Counted => {
    const known = streams.get(name) ?? { requests: 0, failed: 0, late: 0, latencies: [] }
    streams.set(name, known)
    return known
  }

  const addFailure = ({ stream, endedAt }: Sample, failure: Failure) => {
    counted(stream).failed++
    failures[failure.class] = (failures[failure.class] ?? 0) + 1
    if (examples.length < mostExamples) examples.push({ stream, endedAt, failure })
  }

  return {
    add: (sample) => {
      const stream = counted(sample.stream)
      stream.requests++
      if (sample.late) stream.late++
      if (sample.failure) addFailure(sample, sample.failure)
      else stream.latencies.push(sample.latency)
      if (sample.by) sightings.add(sample.endedAt, sample.by.release, sample.by.host)
      if (sample.order) orders[sample.order.fate].push(sample.order.id)
    },
    result: () => {
      const all = [...streams.values()]
      return {
        requests: sum(all, 'requests'),
        failed: sum(all, 'failed'),
        failures: { ...failures },
        examples: [...examples],
        streams: Object.fromEntries([...streams].map(([name, stream]) => [name, resultOf(stream)])),
        latency: latencyOf([...streams].flatMap(([name, { latencies }]) => (name === 'download' ? [] : latencies))),
        sightings: sightings.all(),
        orders: { acknowledged: [...orders.acknowledged], refused: [...orders.refused], unknown: [...orders.unknown] },
      }
    },
  }
}
