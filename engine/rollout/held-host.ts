import type { SeenHost } from '../converge/look.ts'
import { type JobProgress, runBatch } from '../converge/perform/batch.ts'
import { awaitScript, detachedScript, leftSteps } from '../converge/state/detached.ts'
import { type Hold, hold, take } from '../converge/state/hold.ts'
import { type Claim, isHeld } from '../converge/state/lease.ts'
import { type Answer, heldProblem, lost, saidBy, underLease } from '../converge/state/lease-scripts.ts'
import { FettleError, type Problem } from '../core/error.ts'
import type { Emit } from '../core/event.ts'
import type { Session } from '../core/ports.ts'
import { script } from '../core/step.ts'
import { hostProblem, onHost } from './outcome.ts'

/** What steps on a host are told as. */
interface Told {
  /** What they are done for: `app:shop`. */
  readonly key: string
  readonly emit: Emit
}

/** A host of a rollout, over one connection, and the right to change it for as long as the rollout lasts. */
export class HeldHost {
  readonly name: string
  readonly #seen: SeenHost
  #session: Session
  readonly #told: Told
  #hold: Hold | undefined

  constructor(name: string, seen: SeenHost, told: Told) {
    this.name = name
    this.#seen = seen
    this.#session = seen.session
    this.#told = told
  }

  /** Whether somebody was changing it when it was entered. */
  get wasHeld(): boolean {
    return isHeld(this.#seen.lease)
  }

  async take(claim: Claim): Promise<Answer> {
    const answer = await take(this.#session, claim)
    if (answer.type === 'taken') this.#hold = hold(this.#session, answer.lease)
    return answer
  }

  async giveBack(): Promise<void> {
    const held = this.#hold
    this.#hold = undefined
    await held?.release()
  }

  async close(): Promise<void> {
    await this.giveBack()
    await this.#session.close()
  }

  /** Whether it still answers. */
  async isThere(): Promise<boolean> {
    return this.#session.run(':', { timeout: 5000 }).then(
      ({ exit }) => exit === 0,
      () => false,
    )
  }

  /** Comes in anew after the connection was lost, and takes the host again. Errors: those of connecting, `lease.held`. */
  async revive(claim: Claim): Promise<void> {
    await this.close()
    this.#session = await this.#seen.reconnect({ signal: AbortSignal.timeout(15_000) })
    const answer = await this.take(claim)
    if (answer.type === 'held') throw new FettleError(heldProblem(this.name, answer.holder, answer.silence))
  }

  /** Looks, and changes nothing. Errors: `step.failed`. */
  async ask(question: string): Promise<string> {
    return this.#here(this.#session.run(question).then(saidBy))
  }

  /** The same under the lease, for what belongs to no step of this host. Errors: `step.failed`, `lease.lost`. */
  async tell(order: string): Promise<string> {
    return this.#here(this.#session.run(`${underLease(this.#lease)}\n${order}`).then(saidBy))
  }

  /** Sends bytes to a script that runs under the lease. */
  async feed(order: string, bytes: AsyncIterable<Uint8Array>): Promise<string> {
    return this.#here(this.#session.feed(`${underLease(this.#lease)}\n${order}`, bytes).then(saidBy))
  }

  /** One step: told, under the lease, as root. Errors: `step.failed`, `lease.lost`, `connection.lost`. */
  async step(title: string, body: string): Promise<void> {
    const job = { keys: [this.#told.key], title, intents: [], body: () => `\n${body}` }
    await this.#here(runBatch({ session: this.#session, lease: this.#lease, jobs: [job], progress: this.#progress }))
  }

  /**
   * The same as a unit of its own, which ends by itself; where it was cut short, a person has to look, unless it may be done
   * again. `measure` is as of `detachedScript`.
   */
  detached(title: string, body: string, how: { readonly again?: true; readonly measure?: string } = {}): Promise<void> {
    const step = script(title, body, { detached: true, ...(!how.again && { once: true }) })
    return this.step(title, detachedScript(step, how.measure))
  }

  /** Waits for what an earlier run left running; resolves with whether there was anything. */
  async untilQuiet(): Promise<boolean> {
    const [left = []] = leftSteps.parse(await this.ask(leftSteps.script([null])), [null])
    const running = left.filter(({ state }) => state === 'running')
    for (const step of running)
      await this.during(`wait for "${step.title}", which an earlier run left running`, () =>
        this.ask(awaitScript(step)),
      )
    return running.length > 0
  }

  /** Work that several hosts have a part in, told as a step of this one. */
  async during<Value>(title: string, work: () => Promise<Value>): Promise<Value> {
    const { key, emit } = this.#told
    const common = { host: this.name, key, title }
    const started = performance.now()
    emit({ type: 'step.intended', ...common })
    try {
      const value = await work()
      emit({ type: 'step.done', ...common, duration: performance.now() - started })
      return value
    } catch (error) {
      if (error instanceof FettleError) emit({ type: 'step.failed', ...common, problem: error.problems[0] })
      throw error
    }
  }

  /** Several hosts have a part in a rollout: what goes wrong says on which of them. */
  #here<Value>(work: Promise<Value>): Promise<Value> {
    return work.catch((error) => {
      throw onHost(error, this.name)
    })
  }

  get #lease() {
    if (!this.#hold) throw lost()
    return this.#hold.lease
  }

  get #progress(): JobProgress {
    const { key, emit } = this.#told
    const host = this.name
    return {
      intended: () => {},
      begun: (jobs) => {
        for (const { title } of jobs) emit({ type: 'step.intended', host, key, title })
      },
      advanced: ({ title }, done, all) => emit({ type: 'step.progress', host, key, title, done, all }),
      done: ({ title }, duration) => emit({ type: 'step.done', host, key, title, duration }),
      failed: ({ title }, problem) => emit({ type: 'step.failed', host, key, title, problem }),
    }
  }
}

/** Calls a host, and says so. Resolves with why it cannot be had, where it cannot. */
export const callHost = (
  name: string,
  look: (host: string) => Promise<SeenHost>,
  told: Told,
): Promise<HeldHost | Problem> => {
  told.emit({ type: 'host.connecting', host: name })
  return look(name).then(
    (seen) => new HeldHost(name, seen, told),
    (error) => hostProblem(error, name),
  )
}
