import type { JobRun } from '../core/job-run.ts'
import { type Attempt, attempt, troubleOf } from './attempt.ts'
import { dueFiring, firstUndecided } from './due.ts'
import type { Job, Schedule } from './job.ts'
import { isAbsent, tellAbsent, tellOutcome } from './notices.ts'
import type { Surroundings } from './ports.ts'

/** A job, and when it is to be looked at again. */
interface Known {
  readonly job: Job
  decided: number
  /** Infinity for never. */
  wake: number
}

export interface SchedulerState {
  /** Milliseconds since the epoch. */
  readonly looked: number | null
  /** Names of jobs. */
  readonly running: readonly string[]
}

/** Milliseconds from one try to the next where the memory is away. */
const patience = 10_000

/**
 * Starts jobs when they are due, together with all others who share its memory. What it knows by itself it may forget at
 * any time: what has been decided is in the ledger.
 */
export class Scheduler {
  readonly #around: Surroundings
  readonly #running = new Map<string, Attempt>()
  readonly #settling = new Set<Promise<void>>()
  #known = new Map<string, Known>()
  #sweepAt = 0
  /** When to look again after trouble. */
  #patientUntil = 0
  #looked: number | null = null
  #busy: Promise<void> | null = null
  #stopping = false

  constructor(around: Surroundings) {
    this.#around = around
  }

  /** Takes over a schedule, instead of the one before. Errors: `store.*`. */
  async load({ jobs }: Schedule): Promise<void> {
    const { ledger, now } = this.#around
    await ledger.register(jobs, new Date(now()))
    const states = await ledger.states()
    const decidedOf = ({ name }: Job): number => states.get(name)?.decided.getTime() ?? now()
    this.#known = new Map(jobs.map((job) => [job.name, waiting(job, decidedOf(job))]))
    this.#sweepAt = 0
  }

  /** Starts what is due now. While one look is under way, another one is none. */
  tick(): Promise<void> {
    this.#busy ??= this.#look().finally(() => {
      this.#busy = null
    })
    return this.#busy
  }

  /** Starts nothing any more, and waits for what is under way, at most until the signal; what is left is ended then. */
  async stop(limit: AbortSignal): Promise<void> {
    this.#stopping = true
    this.#around.tell({ type: 'scheduler.stopping', running: this.state.running })
    await this.#busy
    const end = () => {
      for (const each of this.#running.values()) each.stop()
    }
    if (limit.aborted) end()
    limit.addEventListener('abort', end)
    await this.idle()
    limit.removeEventListener('abort', end)
    this.#around.tell({ type: 'scheduler.stopped' })
  }

  /** What is under way here, and when it last found out what is due; null for never. */
  get state(): SchedulerState {
    return { looked: this.#looked, running: [...this.#running.keys()] }
  }

  /** Waits until nothing is under way here. */
  async idle(): Promise<void> {
    while (this.#settling.size > 0) await Promise.all(this.#settling)
  }

  async #look(): Promise<void> {
    const { now, tell } = this.#around
    if (this.#stopping || now() < this.#patientUntil) return
    try {
      for (const known of this.#known.values()) if (known.wake <= now() && !this.#stopping) await this.#decide(known)
      if (now() >= this.#sweepAt && !this.#stopping) await this.#sweep()
      this.#looked = now()
    } catch (error) {
      // What is due stays due.
      tell(troubleOf(error))
      this.#patientUntil = now() + patience
    }
  }

  async #decide(known: Known): Promise<void> {
    const { ledger, now, tell } = this.#around
    const firing = dueFiring(known.job, known.decided, now())
    if (firing) {
      const { came, run, interrupted } = await ledger.claim(known.job, firing)
      for (const each of interrupted) this.#report(each)
      if (came === 'skipped' && run) tell({ type: 'job.skipped', run })
      if (came === 'started' && run) this.#start(known.job, run)
    }
    Object.assign(known, waiting(known.job, firing?.scheduled ?? known.decided))
  }

  #start(job: Job, run: JobRun): void {
    const { tell } = this.#around
    tell({ type: 'job.started', run })
    const started = attempt(job, run, this.#around)
    this.#running.set(job.name, started)
    const over = () => {
      if (this.#running.get(job.name) === started) this.#running.delete(job.name)
    }
    this.#settle(started.ended.finally(over).then((ended) => this.#ended(job, ended)))
  }

  /** Lets something go on beside the looks; whoever waits until all is idle waits for it. */
  #settle(work: Promise<void>): void {
    const settled = work
      .catch((error) => this.#around.tell(troubleOf(error)))
      .finally(() => this.#settling.delete(settled))
    this.#settling.add(settled)
  }

  async #ended(job: Job, run: JobRun | null): Promise<void> {
    if (!run) return
    const { tell, now } = this.#around
    tell({ type: 'job.ended', run })
    if (run.retry)
      this.#sweepAt = Math.min(this.#sweepAt, now() + (run.retry.getTime() - (run.ended?.getTime() ?? 0)) + 1)
    await tellOutcome(job, run, this.#around)
  }

  /** Looks for what others have left, for what is to be begun anew, and for what has not run. */
  async #sweep(): Promise<void> {
    const { ledger, now, lease } = this.#around
    this.#sweepAt = now() + lease / 2
    // Nobody here is dead, however late this is.
    await Promise.all([...this.#running.values()].map((each) => each.beat()))
    for (const run of await ledger.expire()) this.#report(run)
    for (const name of await ledger.dueRetries()) {
      const job = this.#known.get(name)?.job
      const run = job && !this.#stopping && (await ledger.claimRetry(job))
      if (run) this.#start(job, run)
    }
    const expecting = [...this.#known.values()].filter(({ job }) => job.expect !== null)
    if (expecting.length === 0) return
    const states = await ledger.states()
    for (const { job } of expecting) {
      const state = states.get(job.name)
      if (state && isAbsent(job, state, now())) this.#settle(tellAbsent(job, state, this.#around))
    }
  }

  #report(run: JobRun): void {
    this.#around.tell({ type: 'job.interrupted', run })
    const job = this.#known.get(run.job)?.job
    if (job) this.#settle(tellOutcome(job, run, this.#around))
  }
}

const waiting = (job: Job, decided: number): Known => ({
  job,
  decided,
  wake: firstUndecided(job, decided)?.begins ?? Number.POSITIVE_INFINITY,
})
