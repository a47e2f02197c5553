import { Cron } from 'croner'

/** When something happens: a cron expression, read in a time zone. */
export interface Times {
  /** Minute, hour, day of the month, month, day of the week; with a sixth field before them, seconds. */
  readonly at: string
  /** A name of the IANA's. */
  readonly timezone: string
}

/*
 * At a change of the clocks: what falls into an hour that does not exist happens once, when that hour would have begun;
 * what falls into an hour that there is twice happens in the first one; what happens every so many minutes or hours
 * goes on doing so.
 */
const cronOf = ({ at, timezone }: Times): Cron => new Cron(at, { timezone, paused: true })

const cache = new Map<string, Cron>()

const known = (times: Times): Cron => {
  const key = `${times.timezone} ${times.at}`
  const cron = cache.get(key) ?? cronOf(times)
  cache.set(key, cron)
  return cron
}

/** The next firings after a moment, at most so many. */
export const firingsAfter = (times: Times, after: number, count: number): readonly number[] =>
  known(times)
    .nextRuns(count, new Date(after))
    .map((date) => date.getTime())

/** The last firings up to a moment and with it, the latest first, at most so many. */
export const firingsUntil = (times: Times, until: number, count: number): readonly number[] =>
  // What is asked for lies before the moment, and only whole seconds are told apart.
  known(times)
    .previousRuns(count, new Date((Math.floor(until / 1000) + 1) * 1000))
    .map((date) => date.getTime())

/** Milliseconds between neighbours of the next firings; infinite where there is only one more. */
export const shortestGap = (times: Times): number => {
  const next = firingsAfter(times, Date.now(), 50)
  return Math.min(...next.slice(1).map((at, index) => at - (next[index] ?? at)))
}

/** What is wrong with a cron expression; null where nothing is. */
export const faultOfTimes = (at: string): string | null => {
  const fields = at.trim().split(/\s+/).length
  if (!at.trim().startsWith('@') && fields !== 5 && fields !== 6) return `it has ${fields} fields instead of five`
  try {
    return new Cron(at, { timezone: 'Etc/UTC', paused: true }).nextRun() ? null : 'that never happens'
  } catch (error) {
    return (error as Error).message.replace(/^CronPattern: /, '').replace(/^./, (first) => first.toLowerCase())
  }
}

/** Whether this machine knows the rules of a time zone. */
export const isTimezone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

/** All of them, for those who misspell one. */
export const timezones = (): readonly string[] => [...Intl.supportedValuesOf('timeZone'), 'Etc/UTC']
