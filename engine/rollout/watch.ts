import { setTimeout as wait } from 'node:timers/promises'
import PQueue from 'p-queue'
import { compareLook, type DriftEvent, type HostLook, type Known, nothingKnown } from './drift.ts'
import type { Lookout } from './look.ts'
import { throwDescriptionProblems } from './outcome.ts'

export interface WatchRequest {
  readonly lookouts: readonly Lookout[]
  /** Hosts looked at once. */
  readonly forks: number
  /** Milliseconds from one look to the next; null for a single one. */
  readonly every: number | null
  /** Ends it. */
  readonly signal: AbortSignal
  readonly tell: (round: Round) => void
}

/** All hosts, looked at once. */
export interface Round {
  /** 1 for the first. */
  readonly number: number
  /** The newest look at each host, in the inventory's order. */
  readonly looks: readonly HostLook[]
  readonly news: readonly DriftEvent[]
}

interface Watched {
  readonly lookout: Lookout
  known: Known
  latest: HostLook | undefined
  /** How often in a row it could not be looked at. */
  failures: number
  /** Rounds that it is left alone for. */
  rest: number
}

/** Rounds that a host which lets nobody in is left alone for, at most. */
const longestRest = 7

/**
 * Looks at all hosts, and again every interval until the signal; a round that was cut short does not count. Gives the
 * last looks, nothing where none was finished. Errors in the user's own files end it at the first round.
 */
export const watch = async ({ lookouts, forks, every, signal, tell }: WatchRequest): Promise<readonly HostLook[]> => {
  const queue = new PQueue({ concurrency: forks })
  const hosts = lookouts.map((lookout): Watched => ({ lookout, known: nothingKnown, latest: undefined, ...rested }))
  let last: readonly HostLook[] = []
  try {
    for (let number = 1; !signal.aborted; number++) {
      const next = performance.now() + (every ?? 0)
      const news = await Promise.all(hosts.map((host) => queue.add(() => lookAgain(host))))
      if (signal.aborted) break
      last = hosts.flatMap(({ latest }) => latest ?? [])
      if (number === 1) throwDescriptionProblems(last.flatMap((look) => ('problem' in look ? look.problems : [])))
      tell({ number, looks: last, news: news.flat() })
      if (every === null) break
      await wait(Math.max(0, next - performance.now()), undefined, { signal }).catch(() => {})
    }
  } finally {
    await Promise.all(lookouts.map((lookout) => lookout.close()))
  }
  return last
}

const rested = { failures: 0, rest: 0 }

/** Who was gone is tried again after one round, then three, then seven. */
const lookAgain = async (host: Watched): Promise<readonly DriftEvent[]> => {
  if (host.rest > 0) {
    host.rest--
    return []
  }
  const look = await host.lookout.look()
  const isGone = 'problem' in look
  host.failures = isGone ? host.failures + 1 : 0
  host.rest = isGone ? Math.min(longestRest, 2 ** (host.failures - 1) - 1) : 0
  const { known, news } = compareLook(host.known, look)
  Object.assign(host, { known, latest: look })
  return news
}
