import type { Described } from '../core/described.ts'
import { type Problem, throwAll } from '../core/error.ts'
import { didYouMean } from '../core/suggest.ts'
import { builtIn } from './built-in.ts'
import { faultOfTimes, isTimezone, shortestGap, timezones } from './calendar.ts'
import { readDuration } from './duration.ts'
import type { Job, Schedule } from './job.ts'
import { readChannels } from './read-channels.ts'
import { isMapping, type Mapping, type Report, refuseUnknown, reporter, textsOf } from './report.ts'
import { wordsOf } from './words.ts'

export interface ReadRequest {
  readonly schedule: Described
  readonly notify: Described
  /** Fettle's commands that may be run by the clock. */
  readonly commands: readonly string[]
}

/** Reads the jobs of a site and whom they tell. Errors: `site.invalid`, all at once, each at its place. */
export const readSchedule = ({ schedule, notify, commands }: ReadRequest): Schedule => {
  const problems: Problem[] = []
  const channels = readChannels(notify.value, reporter(notify, problems))
  const named = isMapping(notify.value) ? Object.keys(notify.value) : []
  const jobs = readJobs(schedule.value, { report: reporter(schedule, problems), commands, channels: named })
  throwAll(problems)
  return { jobs, channels }
}

interface Reading {
  readonly report: Report
  readonly commands: readonly string[]
  readonly channels: readonly string[]
}

const readJobs = (value: unknown, reading: Reading): readonly Job[] => {
  if (value === undefined || value === null) return []
  if (isMapping(value)) return Object.entries(value).flatMap(([name, body]) => readJob(name, body, reading))
  reading.report([], 'schedule must be a mapping from names to jobs', 'write "nightly: { at: ..., run: ... }"')
  return []
}

const keys = ['at', 'timezone', 'run', 'jitter', 'timeout', 'retries', 'retryAfter', 'expect', 'notify']

/** One that says what to run is the site's own, whatever it is called. */
const withBuiltIn = (name: string, said: unknown): unknown => {
  const known = Object.hasOwn(builtIn, name) ? builtIn[name] : undefined
  if (!known) return said
  if (said === null) return known
  return isMapping(said) && said.run === undefined ? { ...known, ...said } : said
}

const readJob = (name: string, said: unknown, reading: Reading): readonly Job[] => {
  const { report } = reading
  const body = withBuiltIn(name, said)
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/.test(name))
    report([name], `"${name}" is no name for a job`, 'take letters, digits, "-", "_" and "."', 'key')
  if (!isMapping(body)) {
    report([name], `job "${name}" must be a mapping`, 'write "{ at: ..., run: ... }"')
    return []
  }
  refuseUnknown(body, keys, [name], report)
  const duration = durations(name, body, report)
  const times = { at: readTimes(name, body, report), timezone: readTimezone(name, body, report) }
  const jitter = duration('jitter') ?? 0
  if (jitter > 0 && !faultOfTimes(times.at) && jitter > shortestGap(times))
    report([name, 'jitter'], 'jitter must not be longer than from one firing to the next')
  return [
    {
      name,
      ...times,
      run: readRun(name, body, reading),
      jitter,
      timeout: duration('timeout'),
      retries: readRetries(name, body, report),
      retryAfter: duration('retryAfter') ?? 60_000,
      expect: duration('expect'),
      notify: readNotify(name, body, reading),
    },
  ]
}

const durations =
  (name: string, body: Mapping, report: Report) =>
  (key: string): number | null => {
    if (body[key] === undefined) return null
    const milliseconds = readDuration(body[key])
    if (milliseconds === null) report([name, key], `${key} must be a time of up to a year: 30s, 10m, 2h, 7d`)
    return milliseconds
  }

const readTimes = (name: string, { at }: Mapping, report: Report): string => {
  const hint = 'minute, hour, day of the month, month, day of the week: "0 3 * * *" is every night at three'
  const fault = typeof at === 'string' ? faultOfTimes(at) : 'it is no text'
  if (at === undefined) report([name], `job "${name}" does not say when: at is missing`, hint)
  else if (fault) report([name, 'at'], `at must be a cron expression: ${fault}`, hint)
  return String(at)
}

const readTimezone = (name: string, { timezone = 'Etc/UTC' }: Mapping, report: Report): string => {
  if (typeof timezone === 'string' && isTimezone(timezone)) return timezone
  const meant = didYouMean(String(timezone), timezones())
  report(
    [name, 'timezone'],
    `there is no time zone "${timezone}"`,
    meant ?? 'a name such as Europe/Berlin; default: Etc/UTC',
  )
  return 'Etc/UTC'
}

const readRun = (name: string, { run }: Mapping, { report, commands }: Reading): readonly string[] => {
  const words = typeof run === 'string' ? wordsOf(run) : null
  const [first] = words ?? []
  const hint = `what to run, as behind "fettle": provision --yes. What needs no more than its name: ${Object.keys(builtIn).join(', ')}`
  if (run === undefined) report([name], `job "${name}" does not say what to run`, hint)
  else if (!words || first === undefined) report([name, 'run'], 'run must be a command line of Fettle', hint)
  else if (first === 'fettle') report([name, 'run'], 'run is what stands behind "fettle"', 'leave out "fettle"')
  else if (!commands.includes(first)) {
    const meant = didYouMean(first, commands) ?? `there is ${commands.join(', ')}; a site’s own things are run by exec`
    report([name, 'run'], `"${first}" is no command that can be run by the clock`, meant)
  }
  return words ?? []
}

const readRetries = (name: string, { retries = 0 }: Mapping, report: Report): number => {
  if (typeof retries === 'number' && Number.isInteger(retries) && retries >= 0 && retries <= 10) return retries
  report([name, 'retries'], 'retries must be a whole number up to 10')
  return 0
}

const readNotify = (name: string, { notify }: Mapping, { report, channels }: Reading): readonly string[] => {
  if (notify === undefined) return []
  const names = textsOf(notify)
  if (!names) report([name, 'notify'], 'notify must be a name of one that notify: has, or a list of them')
  for (const each of names ?? [])
    if (!channels.includes(each))
      report([name, 'notify'], `notify: of the site has no "${each}"`, didYouMean(each, channels))
  return names ?? []
}
