import type { OwnProcess } from './event.ts'

/**
 * What one attempt of a job came to: `pending` found changes to make (exit status 2), `interrupted` lost whoever ran it,
 * and `skipped` was not begun because the one before was still under way.
 */
export type JobOutcome = 'succeeded' | 'pending' | 'failed' | 'timed-out' | 'interrupted' | 'skipped'

/** Started by its schedule, or by somebody. */
export type JobCause = 'clock' | 'hand'

/** Where a job is run, and by which process. */
export interface Runner {
  /** `ada@desk` */
  readonly who: string
  readonly machine: string
  readonly process: OwnProcess
}

/** One attempt of one firing of a job. */
export interface JobRun {
  readonly job: string
  /** What the cron expression said; of one by hand, when it was asked for. */
  readonly scheduled: Date
  /** Counted from 1. */
  readonly attempt: number
  readonly cause: JobCause
  /** Firings before this one that nobody started. */
  readonly missed: number
  /** The right to say what came of it: each start of a job has a higher one than all before. Null of what was skipped. */
  readonly fence: number | null
  readonly runner: Runner
  readonly started: Date
  readonly ended: Date | null
  /** Null of what is under way. */
  readonly outcome: JobOutcome | null
  readonly exit: number | null
  /** Milliseconds. */
  readonly duration: number | null
  /** The run that it made, where it made one. */
  readonly run: string | null
  /** The end of what it said. */
  readonly output: string | null
  /** When it is to be begun anew. */
  readonly retry: Date | null
}

/** What is remembered of a job. */
export interface JobState {
  readonly job: string
  /** Up to here its firings have been decided upon. */
  readonly decided: Date
  /** When it was first seen. */
  readonly since: Date
  readonly succeeded: Date | null
  /** The newest that has ended, skipped ones aside. */
  readonly last: JobRun | null
  readonly running: JobRun | null
}

/**
 * What became of the wish to start a firing: it is ours; another scheduler has decided about it; or the one before is
 * under way. Besides, attempts whose runner was found dead.
 */
export interface Claimed {
  readonly came: 'started' | 'taken' | 'skipped'
  /** Of what was started or skipped. */
  readonly run: JobRun | null
  readonly interrupted: readonly JobRun[]
}

/** What an attempt came to. */
export interface Ending {
  readonly outcome: Exclude<JobOutcome, 'skipped'>
  readonly exit: number | null
  /** Milliseconds. */
  readonly duration: number
  readonly run: string | null
  readonly output: string
}

/** What people know of a job: that it fails, that it has not run, or that all is well. */
export type Told = 'failed' | 'absent' | 'well'
