import { hostname, userInfo } from 'node:os'
import type { JobCause, JobRun, Runner } from '../engine/core/job-run.ts'
import type { Job } from '../engine/schedule/job.ts'
import type { Ledger } from '../engine/schedule/ports.ts'
import { retryAfter } from '../engine/schedule/retry.ts'
import { claimFiring, claimRetry, registerJobs, type ScheduledJob } from '../engine/store/jobs/claim.ts'
import { endExpired } from '../engine/store/jobs/expire.ts'
import { beat, endRun } from '../engine/store/jobs/lease.ts'
import { dueRetries, jobStates } from '../engine/store/jobs/runs.ts'
import { isToBeTold } from '../engine/store/jobs/told.ts'
import type { WithStore } from './job-store.ts'
import { masked } from './masking.ts'
import { originOf } from './origin.ts'

export interface LedgerRequest {
  readonly site: string
  readonly cause: JobCause
  /** Milliseconds. */
  readonly lease: number
  /** A job as it is described now. */
  readonly jobNamed: (name: string) => Job | undefined
  readonly withStore: WithStore
}

/** The memory of jobs for one who starts them. It has the store open for moments only: others want it, too. */
export const ledgerOf = ({ site, cause, lease, jobNamed, withStore }: LedgerRequest): Ledger => {
  const runner = runnerHere()
  const seconds = lease / 1000
  const retry = (run: JobRun) => {
    const job = jobNamed(run.job)
    return job ? retryAfter(job, run) : null
  }
  const heldBy = ({ job, fence }: JobRun) => ({ site, job, fence: fence ?? -1 })
  return {
    register: (jobs, now) => withStore((store) => registerJobs(store, jobs.map(scheduledOf(site)), now)),
    states: () => withStore((store) => jobStates(store, site)),
    claim: (job, { scheduled, missed }) => {
      const claim = { cause, missed, runner, lease: seconds, retryAfter: retry }
      return withStore((store) =>
        claimFiring(store, { ...claim, of: scheduledOf(site)(job), scheduled: new Date(scheduled) }),
      )
    },
    claimRetry: ({ name }) =>
      withStore((store) => claimRetry(store, { of: { site, job: name }, runner, lease: seconds })),
    dueRetries: () => withStore((store) => dueRetries(store, site)),
    expire: () => withStore((store) => endExpired(store, { site }, retry)),
    beat: (run) => withStore((store) => beat(store, heldBy(run), seconds)),
    end: (run, ending) => withStore((store) => endRun(store, heldBy(run), masked(ending), retry)),
    isToBeTold: (job, told) => withStore((store) => isToBeTold(store, { site, job }, told)),
  }
}

const scheduledOf =
  (site: string) =>
  ({ name, at, timezone }: Job): ScheduledJob => ({ site, job: name, at, timezone })

const runnerHere = (): Runner => ({
  who: `${userInfo().username}@${hostname()}`,
  machine: hostname(),
  process: originOf().process,
})
