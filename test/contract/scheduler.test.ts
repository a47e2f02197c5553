import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { ledgerOf } from '../../cli/job-ledger.ts'
import { FettleError } from '../../engine/core/error.ts'
import type { JobRun } from '../../engine/core/job-run.ts'
import type { Job } from '../../engine/schedule/job.ts'
import type { Ended, Notice, SchedulerEvent } from '../../engine/schedule/ports.ts'
import { Scheduler } from '../../engine/schedule/scheduler.ts'
import { type Database, openStore, type StoreRequest } from '../../engine/store/database/index.ts'
import { listJobRuns } from '../../engine/store/jobs/runs.ts'
import { startPostgres } from './support/postgres.ts'

const server = await startPostgres()
afterAll(() => server.stop())

const minute = 60_000
const jobOf = (more: Partial<Job> = {}): Job => ({
  ...{ name: 'nightly', at: '30 2 * * *', timezone: 'Europe/Berlin', run: ['drift'], jitter: 0, timeout: null },
  ...{ retries: 0, retryAfter: 1, expect: null, notify: ['ops'], ...more },
})

/** Schedulers over one memory, whose clock is here; what they start ends as is said here. */
interface Stage {
  readonly store: Database
  readonly started: JobRun[]
  readonly notices: Notice[]
  readonly events: SchedulerEvent[]
  exit: (run: JobRun) => Promise<Ended> | Ended
  now: number
  isAway: boolean
  scheduler(job: Job): Promise<Scheduler>
}

let stage: Stage
beforeEach(async () => {
  const request: StoreRequest = { folder: '/nowhere', holder: 'x', patience: 1, url: server.freshUrl() }
  const store = await openStore(request)
  stage = {
    ...{ store, started: [], notices: [], events: [], now: 0, isAway: false, exit: () => ended(0) },
    scheduler: async (job) => {
      const own = await openStore(request)
      const withStore = inTurn(own)
      const made = new Scheduler({
        ledger: ledgerOf({ site: 'shop', cause: 'clock', lease: minute, jobNamed: () => job, withStore }),
        start: (_, run) => {
          stage.started.push(run)
          return { ended: Promise.resolve(stage.exit(run)), stop: () => {} }
        },
        notify: async (_, notice) => void stage.notices.push(notice),
        tell: (event) => void stage.events.push(event),
        ...{ now: () => stage.now, runOf: () => null, lease: minute },
      })
      await made.load({ jobs: [job], channels: new Map() })
      return made
    },
  }
  return () => store.close()
})

const ended = (exit: number | null): Ended => ({ exit, pid: null, output: `exit ${exit}\n` })

const inTurn = (store: Database) => {
  let last: Promise<unknown> = Promise.resolve()
  return <Result>(work: (store: Database) => Promise<Result>): Promise<Result> => {
    const next = last.then(() => {
      if (stage.isAway) throw new FettleError({ code: 'store.failed', message: 'away' })
      return work(store)
    })
    last = next.catch(() => {})
    return next
  }
}

/** Lets the time go on in steps, all looking at the same moments. */
const pass = async (schedulers: readonly Scheduler[], until: string, step = 5 * minute): Promise<void> => {
  for (; stage.now <= Date.parse(until); stage.now += step) {
    await Promise.all(schedulers.map((each) => each.tick()))
    await Promise.all(schedulers.map((each) => each.idle()))
  }
}

const scheduledOf = (runs: readonly JobRun[]) => runs.map(({ scheduled }) => scheduled.toISOString().slice(0, 16))

describe('across a change of the clocks, with two schedulers, each firing is started once', () => {
  test.each<[string, string, string, string, string, readonly string[]]>([
    [
      'an hour that there is twice',
      'Europe/Berlin',
      '30 2 * * *',
      '2026-10-24T20:00Z',
      '2026-10-26T05:00Z',
      ['2026-10-25T00:30', '2026-10-26T01:30'],
    ],
    [
      'an hour that does not exist',
      'Europe/Berlin',
      '30 2 * * *',
      '2026-03-28T20:00Z',
      '2026-03-30T05:00Z',
      ['2026-03-29T01:00', '2026-03-30T00:30'],
    ],
    [
      'twice in New York',
      'America/New_York',
      '30 1 * * *',
      '2026-10-31T20:00Z',
      '2026-11-02T12:00Z',
      ['2026-11-01T05:30', '2026-11-02T06:30'],
    ],
    [
      'none in New York',
      'America/New_York',
      '30 2 * * *',
      '2026-03-07T20:00Z',
      '2026-03-09T12:00Z',
      ['2026-03-08T07:00', '2026-03-09T06:30'],
    ],
    [
      'every hour meanwhile',
      'Europe/Berlin',
      '0 * * * *',
      '2026-10-24T23:30Z',
      '2026-10-25T03:10Z',
      ['2026-10-25T00:00', '2026-10-25T01:00', '2026-10-25T02:00', '2026-10-25T03:00'],
    ],
  ])('%s', async (_, timezone, at, from, until, expected) => {
    stage.now = Date.parse(from)
    const job = jobOf({ timezone, at })
    await pass([await stage.scheduler(job), await stage.scheduler(job)], until)
    expect(scheduledOf(stage.started)).toEqual(expected)
    expect(stage.events.filter(({ type }) => type === 'trouble')).toEqual([])
  })
})

test('what was missed while no scheduler was there is made up for once', async () => {
  stage.now = Date.parse('2026-01-01T12:00Z')
  const job = jobOf({ timezone: 'Etc/UTC' })
  await pass([await stage.scheduler(job)], '2026-01-02T03:00Z', 30 * minute)
  stage.now = Date.parse('2026-01-06T17:00Z')
  await pass([await stage.scheduler(job), await stage.scheduler(job)], '2026-01-07T03:00Z', 30 * minute)
  expect(scheduledOf(stage.started)).toEqual(['2026-01-02T02:30', '2026-01-06T02:30', '2026-01-07T02:30'])
  expect(stage.started.map(({ missed }) => missed)).toEqual([0, 3, 0])
})

test('what fails is begun anew as often as is described, then told, and so is that it is well again', async () => {
  stage.now = Date.parse('2026-01-01T02:29Z')
  let exits = [1, 1, 1]
  stage.exit = () => ended(exits.shift() ?? 0)
  const scheduler = await stage.scheduler(jobOf({ timezone: 'Etc/UTC', retries: 2 }))
  await pass([scheduler], '2026-01-01T03:29Z', minute)
  expect(stage.started.map(({ attempt, fence }) => [attempt, fence])).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
  ])
  expect(stage.notices).toMatchObject([{ happened: 'failed', run: { attempt: 3, output: 'exit 1\n' } }])
  exits = [1]
  await pass([scheduler], '2026-01-04T02:29Z', 30 * minute)
  // Failed once more and was well at the second attempt: all is well again.
  expect(stage.notices.map(({ happened }) => happened)).toEqual(['failed', 'recovered'])
  const runs = await listJobRuns(stage.store, { site: 'shop', limit: 9 })
  expect(runs.map(({ outcome }) => outcome)).toEqual([
    ...['succeeded', 'succeeded', 'failed'],
    ...['failed', 'failed', 'failed'],
  ])
})

test('changes that are pending are told as what they are, and not begun anew', async () => {
  stage.now = Date.parse('2026-01-01T02:29Z')
  stage.exit = () => ended(2)
  await pass([await stage.scheduler(jobOf({ timezone: 'Etc/UTC', retries: 2 }))], '2026-01-01T03:29Z', minute)
  expect(stage.started).toHaveLength(1)
  expect(stage.notices).toMatchObject([{ happened: 'failed', run: { outcome: 'pending', exit: 2 } }])
})

test('a firing that comes while the one before is under way is skipped', async () => {
  stage.now = Date.parse('2026-01-01T00:00Z')
  let end: (ended: Ended) => void = () => {}
  stage.exit = () =>
    new Promise<Ended>((resolve) => {
      end = resolve
    })
  const job = jobOf({ at: '0 * * * *' })
  const schedulers = [await stage.scheduler(job), await stage.scheduler(job)]
  for (const hour of [1, 2, 3]) {
    stage.now = Date.UTC(2026, 0, 1, hour)
    for (const each of schedulers) await each.tick()
  }
  expect(scheduledOf(stage.started)).toEqual(['2026-01-01T01:00'])
  end(ended(0))
  for (const each of schedulers) await each.idle()
  const runs = await listJobRuns(stage.store, { site: 'shop', limit: 9 })
  expect(runs.map(({ outcome }) => outcome)).toEqual(['skipped', 'skipped', 'succeeded'])
  expect(stage.events.filter(({ type }) => type === 'job.skipped')).toHaveLength(2)
})

test('a job that has not been well for longer than expected is told as absent, once', async () => {
  stage.now = Date.now()
  const job = jobOf({ at: '0 0 1 1 *', expect: 26 * 60 * minute })
  const schedulers = [await stage.scheduler(job), await stage.scheduler(job)]
  stage.now += 25 * 60 * minute
  for (const each of schedulers) await each.tick().then(() => each.idle())
  expect(stage.notices).toEqual([])
  stage.now += 2 * 60 * minute
  for (const each of schedulers) await each.tick().then(() => each.idle())
  expect(stage.notices).toEqual([{ job: 'nightly', happened: 'absent', run: null, succeeded: null }])
})

test('a memory that is away is told, and what was due is started when it is back', async () => {
  stage.now = Date.parse('2026-01-01T02:29Z')
  const scheduler = await stage.scheduler(jobOf({ timezone: 'Etc/UTC' }))
  stage.now += minute
  stage.isAway = true
  await scheduler.tick()
  // It is not asked again at once.
  await scheduler.tick()
  expect(stage.events).toMatchObject([{ type: 'trouble', problem: { code: 'store.failed' } }])
  stage.isAway = false
  stage.now += 10_000
  await scheduler.tick()
  await scheduler.idle()
  expect(scheduledOf(stage.started)).toEqual(['2026-01-01T02:30'])
})
