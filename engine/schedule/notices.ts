import type { JobRun, JobState } from '../core/job-run.ts'
import type { Job } from './job.ts'
import type { Surroundings } from './ports.ts'

/** Whether a job has not succeeded for longer than somebody expects. */
export const isAbsent = ({ expect }: Job, { succeeded, since }: JobState, now: number): boolean =>
  expect !== null && now - (succeeded ?? since).getTime() > expect

/** Tells what an attempt came to, if it is the last one and that is news. */
export const tellOutcome = async (job: Job, run: JobRun, { ledger, notify }: Surroundings): Promise<void> => {
  if (run.retry) return
  const isWell = run.outcome === 'succeeded'
  // Whoever does something by hand sees that it failed.
  if (!isWell && run.cause === 'hand' && run.outcome !== 'interrupted') return
  if (!(await ledger.isToBeTold(job.name, isWell ? 'well' : 'failed'))) return
  await notify(job, { job: job.name, happened: isWell ? 'recovered' : 'failed', run, succeeded: null })
}

export const tellAbsent = async (job: Job, state: JobState, { ledger, notify }: Surroundings): Promise<void> => {
  if (!(await ledger.isToBeTold(job.name, 'absent'))) return
  await notify(job, { job: job.name, happened: 'absent', run: state.last, succeeded: state.succeeded })
}
