import type { Problem } from '../core/error.ts'
import type { Claimed, Ending, JobRun, JobState, Told } from '../core/job-run.ts'
import type { Firing } from './due.ts'
import type { Job } from './job.ts'

/** The memory that schedulers share. Each may fail with `store.*`: then nothing has happened. */
export interface Ledger {
  register(jobs: readonly Job[], now: Date): Promise<void>
  states(): Promise<ReadonlyMap<string, JobState>>
  claim(job: Job, firing: Pick<Firing, 'scheduled'> & { readonly missed: number }): Promise<Claimed>
  claimRetry(job: Job): Promise<JobRun | null>
  dueRetries(): Promise<readonly string[]>
  /** Ends attempts whose runner is dead. */
  expire(): Promise<readonly JobRun[]>
  /** False where the attempt was taken for dead meanwhile. */
  beat(run: JobRun): Promise<boolean>
  /** Null where the attempt was taken for dead meanwhile. */
  end(run: JobRun, ending: Ending): Promise<JobRun | null>
  isToBeTold(job: string, told: Told): Promise<boolean>
}

/** What a process came to. */
export interface Ended {
  /** Null where a signal ended it. */
  readonly exit: number | null
  readonly pid: number | null
  /** The end of what it said. */
  readonly output: string
}

/** A process that does a job. */
export interface Child {
  readonly ended: Promise<Ended>
  /** Asks it and its children to end, and ends them if they have not soon. */
  stop(): void
}

/** What there is to tell somebody of a job. */
export interface Notice {
  readonly job: string
  readonly happened: 'failed' | 'recovered' | 'absent'
  /** Null where it has not run. */
  readonly run: JobRun | null
  /** When it succeeded before, if ever. */
  readonly succeeded: Date | null
}

/** What a scheduler says of what it does. */
export type SchedulerEvent =
  | { readonly type: 'scheduler.started' | 'scheduler.reread'; readonly jobs: readonly string[] }
  | { readonly type: 'scheduler.stopping'; readonly running: readonly string[] }
  | { readonly type: 'scheduler.stopped' }
  | {
      readonly type: 'job.started' | 'job.ended' | 'job.skipped' | 'job.interrupted' | 'job.lost'
      readonly run: JobRun
    }
  | { readonly type: 'job.notified'; readonly notice: Notice; readonly channel: string }
  | { readonly type: 'trouble'; readonly problem: Problem }

export interface Surroundings {
  readonly ledger: Ledger
  start(job: Job, run: JobRun): Child
  /** The name of the run that a process made, if it made one. */
  runOf(job: string, pid: number): string | null
  notify(job: Job, notice: Notice): Promise<void>
  tell(event: SchedulerEvent): void
  /** Milliseconds since the epoch. */
  now(): number
  /** Milliseconds after which a scheduler that was not heard of is taken for dead. */
  readonly lease: number
}
