import { setTimeout as sleep } from 'node:timers/promises'
import { FettleError } from '../core/error.ts'
import type { Ending, JobRun } from '../core/job-run.ts'
import type { Job } from './job.ts'
import type { Ended, Surroundings } from './ports.ts'

/** An attempt that is under way here. */
export interface Attempt {
  readonly run: JobRun
  /** What was noted of it; null where somebody else had it for dead. */
  readonly ended: Promise<JobRun | null>
  /** Says that it is still under way. */
  beat(): Promise<void>
  /** Ends it; it is noted as interrupted then. */
  stop(): void
}

type Why = 'timed-out' | 'interrupted' | null

/** The longest that a timer knows, in milliseconds. */
const longest = 2 ** 31 - 1

/** Does a job: starts its process, says that it is still there, ends it when its time is up, and notes what it came to. */
export const attempt = (job: Job, run: JobRun, around: Surroundings): Attempt => {
  const began = performance.now()
  const child = around.start(job, run)
  let [why, isLost]: [Why, boolean] = [null, false]
  const stop = (because: Why) => {
    why ??= because
    child.stop()
  }
  const lose = () => {
    if (!isLost) around.tell({ type: 'job.lost', run })
    isLost = true
    stop('interrupted')
  }
  let isOver = false
  const beat = once(async () => {
    if (!(await isOurs(run, around)) && !isOver) lose()
  })
  const heart = setInterval(() => void beat(), around.lease / 4)
  const alarm = job.timeout === null ? undefined : setTimeout(() => stop('timed-out'), Math.min(job.timeout, longest))
  const finish = async (): Promise<JobRun | null> => {
    const ended = await child.ended
    isOver = true
    clearTimeout(alarm)
    const made = ended.pid === null ? null : around.runOf(job.name, ended.pid)
    const noted = await note(run, endingOf(ended, why, performance.now() - began, made), around)
    clearInterval(heart)
    if (!noted) lose()
    return noted
  }
  return { run, ended: finish(), beat, stop: () => stop('interrupted') }
}

/** While one call is under way, another one is the same. */
const once = (act: () => Promise<void>): (() => Promise<void>) => {
  let busy: Promise<void> | null = null
  return () => {
    busy ??= act().finally(() => {
      busy = null
    })
    return busy
  }
}

/** Says that an attempt is under way. What cannot be known is taken for well. */
const isOurs = async (run: JobRun, { ledger, tell }: Surroundings): Promise<boolean> => {
  try {
    return await ledger.beat(run)
  } catch (error) {
    tell(troubleOf(error))
    return true
  }
}

const endingOf = (ended: Ended, why: Why, duration: number, run: string | null): Ending => ({
  outcome: outcomeOf(ended.exit, why),
  exit: ended.exit,
  duration: Math.round(duration),
  run,
  output: ended.output,
})

/** What was done in spite of everything is done. */
export const outcomeOf = (exit: number | null, why: Why): Ending['outcome'] => {
  if (exit === 0) return 'succeeded'
  if (why !== null) return why
  return exit === changesPending ? 'pending' : 'failed'
}

const changesPending = 2

/** Milliseconds from one try to note the end of an attempt to the next. */
const patience = 5_000

/** A memory that is away comes back; until then the attempt stays ours by its heartbeat, or is somebody else's. */
const note = async (run: JobRun, ending: Ending, { ledger, tell }: Surroundings): Promise<JobRun | null> => {
  for (;;) {
    try {
      return await ledger.end(run, ending)
    } catch (error) {
      tell(troubleOf(error))
      await sleep(patience)
    }
  }
}

/** Errors: what is no trouble of the user's world. */
export const troubleOf = (error: unknown) => {
  if (error instanceof FettleError) return { type: 'trouble', problem: error.problems[0] } as const
  throw error
}
