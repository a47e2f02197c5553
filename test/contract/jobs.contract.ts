import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Ending, JobRun } from '../../engine/core/job-run.ts'
import { type Database, openStore, type StoreRequest } from '../../engine/store/database/index.ts'
import { type Claim, claimFiring, claimRetry, registerJobs } from '../../engine/store/jobs/claim.ts'
import { endExpired } from '../../engine/store/jobs/expire.ts'
import { beat, endRun, type Held } from '../../engine/store/jobs/lease.ts'
import { pruneJobRuns } from '../../engine/store/jobs/prune.ts'
import { dueRetries, jobStates, listJobRuns } from '../../engine/store/jobs/runs.ts'
import { isToBeTold } from '../../engine/store/jobs/told.ts'

const nightly = { site: 'shop', job: 'nightly', at: '0 3 * * *', timezone: 'Etc/UTC' }
const runner = { who: 'ada@desk', machine: 'desk', process: { pid: 1, began: 'boot 1' } }
const day = (number: number) => new Date(Date.UTC(2026, 0, number, 3))

const claimOf = (number: number, more: Partial<Claim> = {}): Claim => ({
  ...{ of: nightly, scheduled: day(number), cause: 'clock', missed: 0, runner, lease: 60 },
  ...{ retryAfter: () => null, ...more },
})

const good: Ending = { outcome: 'succeeded', exit: 0, duration: 12, run: null, output: 'all well\0\ud800' }
const bad: Ending = { ...good, outcome: 'failed', exit: 1 }

const heldBy = (run: JobRun | null): Held => ({ site: 'shop', job: 'nightly', fence: run?.fence ?? -1 })

/** What the memory of jobs promises, wherever it is. */
export const jobsContract = (name: string, fresh: () => StoreRequest): void => {
  describe(`${name}: jobs`, () => {
    let store: Database
    beforeEach(async () => {
      store = await openStore(fresh())
      await registerJobs(store, [nightly], day(1))
    })
    afterEach(() => store.close())
    claimContract(() => store)
    leaseContract(() => store)
    retryContract(() => store)
    memoryContract(() => store)
  })
}

type Get = () => Database

const start = async (store: Database, number: number, more: Partial<Claim> = {}): Promise<JobRun> => {
  const { came, run } = await claimFiring(store, claimOf(number, more))
  if (came !== 'started' || !run) throw new Error(`it came to ${came}`)
  return run
}

const claimContract = (get: Get): void => {
  it('a firing is started once, and never one from before the job was known', async () => {
    const store = get()
    expect(await claimFiring(store, claimOf(1))).toMatchObject({ came: 'taken' })
    const run = await start(store, 2, { missed: 3 })
    expect(run).toMatchObject({
      job: 'nightly',
      scheduled: day(2),
      attempt: 1,
      missed: 3,
      fence: 1,
      outcome: null,
      runner,
    })
    expect(await claimFiring(store, claimOf(2))).toMatchObject({ came: 'taken', run: null })
    await endRun(store, heldBy(run), good, () => null)
    expect(await claimFiring(store, claimOf(2))).toMatchObject({ came: 'taken', run: null })
    expect((await jobStates(store, 'shop')).get('nightly')).toMatchObject({ decided: day(2), running: null })
  })

  it('a firing that comes while the one before is under way is skipped, and that is remembered', async () => {
    const store = get()
    const run = await start(store, 2)
    expect(await claimFiring(store, claimOf(3))).toMatchObject({
      came: 'skipped',
      run: { outcome: 'skipped', fence: null },
    })
    expect(await claimFiring(store, claimOf(4, { cause: 'hand' }))).toEqual({
      came: 'skipped',
      run: null,
      interrupted: [],
    })
    await endRun(store, heldBy(run), good, () => null)
    expect(await claimFiring(store, claimOf(3))).toMatchObject({ came: 'taken' })
    expect((await start(store, 4)).fence).toBe(2)
    expect((await listJobRuns(store, { site: 'shop', limit: 9 })).map(({ outcome }) => outcome)).toEqual([
      ...[null, 'skipped', 'succeeded'],
    ])
  })

  it('one by hand is started whenever it is asked for, and leaves the firings of the clock alone', async () => {
    const store = get()
    const run = await start(store, 1, { cause: 'hand' })
    await endRun(store, heldBy(run), good, () => null)
    expect(await start(store, 2)).toMatchObject({ cause: 'clock', fence: 2 })
  })

  it('another schedule starts anew from now on, and who has the former one is not heard', async () => {
    const store = get()
    const changed = { ...nightly, at: '0 4 * * *' }
    await registerJobs(store, [nightly], day(5))
    expect((await jobStates(store, 'shop')).get('nightly')).toMatchObject({ decided: day(1) })
    await registerJobs(store, [changed], day(5))
    expect((await jobStates(store, 'shop')).get('nightly')).toMatchObject({ decided: day(5) })
    expect(await claimFiring(store, claimOf(6))).toMatchObject({ came: 'taken' })
    expect(await start(store, 6, { of: changed })).toMatchObject({ fence: 1 })
  })

  it('jobs of the same name of two sites know nothing of each other', async () => {
    const store = get()
    await start(store, 2)
    const other = { ...nightly, site: 'other' }
    await registerJobs(store, [other], day(1))
    expect(await start(store, 2, { of: other })).toMatchObject({ fence: 1 })
    expect(await listJobRuns(store, { site: 'other', limit: 9 })).toHaveLength(1)
  })
}

const leaseContract = (get: Get): void => {
  it('who is heard of keeps its attempt; who is not has been interrupted, and may say nothing any more', async () => {
    const store = get()
    const run = await start(store, 2, { lease: -1 })
    expect(await beat(store, heldBy(run), 60)).toBe(true)
    expect(await endExpired(store, { site: 'shop' }, () => null)).toEqual([])
    expect(await beat(store, heldBy(run), -1)).toBe(true)
    const [ended, ...others] = await endExpired(store, { site: 'shop' }, () => null)
    expect([ended, others]).toMatchObject([{ outcome: 'interrupted', fence: 1, runner }, []])
    expect(await endExpired(store, { site: 'shop' }, () => null)).toEqual([])
    expect(await beat(store, heldBy(run), 60)).toBe(false)
    expect(await endRun(store, heldBy(run), good, () => null)).toBeNull()
    expect(await listJobRuns(store, { site: 'shop', limit: 9 })).toMatchObject([{ outcome: 'interrupted', exit: null }])
  })

  it('the next firing takes over from a dead runner, with a higher number', async () => {
    const store = get()
    const dead = await start(store, 2, { lease: -1 })
    const { came, run, interrupted } = await claimFiring(store, claimOf(3))
    expect({ came, run, interrupted }).toMatchObject({
      ...{ came: 'started', run: { fence: 2 } },
      interrupted: [{ scheduled: day(2), outcome: 'interrupted', fence: 1 }],
    })
    expect(await endRun(store, heldBy(dead), good, () => null)).toBeNull()
    expect(await endRun(store, heldBy(run), good, () => null)).toMatchObject({
      outcome: 'succeeded',
      output: expect.stringContaining('all well'),
    })
  })
}

const retryContract = (get: Get): void => {
  it('what failed is begun anew when its time has come, once', async () => {
    const store = get()
    const first = await start(store, 2)
    const again = { of: nightly, runner, lease: 60 }
    expect(await endRun(store, heldBy(first), bad, () => 3_600_000)).toMatchObject({ retry: expect.any(Date) })
    expect(await dueRetries(store, 'shop')).toEqual([])
    expect(await claimRetry(store, again)).toBeNull()
    await store.run("UPDATE fettle.job_runs SET retry = clock_timestamp() - interval '1 second'")
    expect(await dueRetries(store, 'shop')).toEqual(['nightly'])
    expect(await claimRetry(store, again)).toMatchObject({ attempt: 2, fence: 2, scheduled: day(2) })
    expect(await claimRetry(store, again)).toBeNull()
    expect(await dueRetries(store, 'shop')).toEqual([])
  })

  it('what was interrupted, too; and the next firing makes up for it', async () => {
    const store = get()
    await start(store, 2, { lease: -1 })
    const [ended] = await endExpired(store, { site: 'shop' }, ({ attempt }) => attempt - 1001)
    expect(ended).toMatchObject({ outcome: 'interrupted', retry: expect.any(Date) })
    const next = await start(store, 3)
    expect(await dueRetries(store, 'shop')).toEqual([])
    await endRun(store, heldBy(next), good, () => null)
    expect(await claimRetry(store, { of: nightly, runner, lease: 60 })).toBeNull()
  })
}

const memoryContract = (get: Get): void => {
  it('remembers of a job when it was well, how it came out last, and what is under way', async () => {
    const store = get()
    for (const [number, ending] of [
      [2, good],
      [3, bad],
    ] as const)
      await endRun(store, heldBy(await start(store, number)), ending, () => null)
    await start(store, 4)
    await claimFiring(store, claimOf(5))
    expect((await jobStates(store, 'shop')).get('nightly')).toMatchObject({
      ...{ succeeded: expect.any(Date), since: expect.any(Date) },
      last: { scheduled: day(3), outcome: 'failed', exit: 1, duration: 12 },
      running: { scheduled: day(4) },
    })
    expect(
      (await listJobRuns(store, { site: 'shop', job: 'nightly', limit: 2 })).map(({ scheduled }) => scheduled),
    ).toEqual([...[day(5), day(4)]])
    expect(await listJobRuns(store, { site: 'shop', job: 'nobody', limit: 2 })).toEqual([])
  })

  it('forgets old attempts, but the newest, the newest good one, and what may still become something', async () => {
    const store = get()
    const fill = async () => {
      await store.run('DELETE FROM fettle.job_runs; UPDATE fettle.jobs SET decided = to_timestamp(0)')
      for (const [number, ending] of [
        [2, good],
        [3, good],
        [4, bad],
        [5, bad],
      ] as const)
        await endRun(store, heldBy(await start(store, number)), ending, () => (number === 5 ? 3_600_000 : null))
      await store.run('UPDATE fettle.job_runs SET started = started - make_interval(days => 10)')
    }
    const days = async () =>
      (await listJobRuns(store, { site: 'shop', limit: 9 })).map(({ scheduled }) => scheduled.getUTCDate())
    await fill()
    await pruneJobRuns(store, { days: 11 })
    expect(await days()).toEqual([5, 4, 3, 2])
    await pruneJobRuns(store, { days: 9 })
    expect(await days()).toEqual([5, 3])
    await fill()
    await pruneJobRuns(store, { runs: 3 })
    expect(await days()).toEqual([5, 4, 3])
    await pruneJobRuns(store, { runs: 1 })
    expect(await days()).toEqual([5, 3])
  })

  it('what is known of a job is told when it changes, and failing once a day', async () => {
    const store = get()
    const told = async (...words: readonly ('failed' | 'absent' | 'well')[]) => {
      const answers: boolean[] = []
      for (const word of words) answers.push(await isToBeTold(store, { site: 'shop', job: 'nightly' }, word))
      return answers
    }
    expect(await told('well', 'failed', 'failed', 'absent', 'well', 'well')).toEqual([
      false,
      true,
      false,
      false,
      true,
      false,
    ])
    expect(await told('absent', 'absent', 'failed', 'well')).toEqual([true, false, true, true])
    await told('failed')
    await store.run("UPDATE fettle.jobs SET told_at = told_at - interval '25 hours'")
    expect(await told('failed', 'failed')).toEqual([true, false])
  })
}
