import { createHash } from 'node:crypto'
import { firingsAfter, firingsUntil } from './calendar.ts'
import type { Job } from './job.ts'

type Timed = Pick<Job, 'name' | 'at' | 'timezone' | 'jitter'>

/** A firing of a job. Times in milliseconds since the epoch. */
export interface Firing {
  /** What the cron expression says. */
  readonly scheduled: number
  /** With its jitter. */
  readonly begins: number
}

/** A firing that is to be started, and how many before it nobody has started. */
export interface DueFiring extends Firing {
  readonly missed: number
}

/** More are not counted. */
const most = 1000

/**
 * What is to be started of a job at a moment, when its firings up to another moment have been decided upon. However many
 * were missed since, it is the last one, once; null where there is nothing to do.
 */
export const dueFiring = (job: Timed, decided: number, now: number): DueFiring | null => {
  const undecided = firingsBetween(job, decided, now)
  // Jitter is shorter than from one firing to the next, so that none overtakes the one before.
  const due = undecided.map((scheduled) => firingOf(job, scheduled)).filter(({ begins }) => begins <= now)
  const last = due.at(-1)
  return last ? { ...last, missed: due.length - 1 } : null
}

const firingsBetween = (job: Timed, after: number, until: number): readonly number[] => {
  const found: number[] = []
  for (let at = after; found.length < most; ) {
    const [next] = firingsAfter(job, at, 1)
    if (next === undefined || next > until) return found
    found.push(next)
    at = next
  }
  return [...found, ...[...firingsUntil(job, until, 2)].reverse()]
}

/** The next firings that begin after a moment. */
export const nextFirings = (job: Timed, after: number, count: number): readonly Firing[] => {
  const waiting = job.jitter > 0 ? firingsUntil(job, after, 1) : []
  return [...waiting, ...firingsAfter(job, after, count)]
    .map((scheduled) => firingOf(job, scheduled))
    .filter(({ begins }) => begins > after)
    .slice(0, count)
}

/** The firing after those that have been decided upon; null where there is none any more. */
export const firstUndecided = (job: Timed, decided: number): Firing | null => {
  const [scheduled] = firingsAfter(job, decided, 1)
  return scheduled === undefined ? null : firingOf(job, scheduled)
}

const firingOf = (job: Timed, scheduled: number): Firing => ({ scheduled, begins: scheduled + delayOf(job, scheduled) })

/** Whole seconds below the jitter, the same wherever it is asked for, and spread evenly over firings and jobs. */
const delayOf = ({ name, jitter }: Timed, scheduled: number): number => {
  const hash = createHash('sha256').update(`${name} ${scheduled}`).digest().readUIntBE(0, 6)
  return Math.floor(((hash / 2 ** 48) * jitter) / 1000) * 1000
}
