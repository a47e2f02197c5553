import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { FettleError, type Problem } from '../../core/error.ts'
import type { HostFacts } from '../../core/host.ts'
import type { Session } from '../../core/ports.ts'
import { isGuarded, type PlannedItem } from '../plan/planning.ts'
import type { Reaction } from '../plan/reactions.ts'
import { changeOf } from '../plan/refused.ts'
import {
  armScript,
  confirmScript,
  reactedScript,
  revertedScript,
  revertNow,
  saveScript,
  stillArmed,
  undoScript,
} from '../state/guard.ts'
import { standStillScript } from '../state/network.ts'
import type { Job } from './batch.ts'
import type { StepJob } from './jobs.ts'

/** A new connection to the host, to another port where one is named. */
export type Reconnect = (options: { readonly port?: number; readonly signal: AbortSignal }) => Promise<Session>

export interface SectionRequest {
  /** Everything that this run may change. */
  readonly items: readonly PlannedItem[]
  readonly session: Session
  readonly reconnect: Reconnect
  readonly facts: Pick<HostFacts, 'arrival'>
  /** Seconds. */
  readonly window: number
}

/** The guarded changes of one run on one host: armed before the first, confirmed after the last over a new connection. */
export class GuardedSection {
  readonly #request: SectionRequest
  readonly #id = randomBytes(8).toString('hex')
  readonly #saved = new Set<string>()
  readonly #ports = new Set<number>()
  #undos = 0
  #movesNetwork = false
  #opened = performance.now()

  constructor(request: SectionRequest) {
    this.#request = request
  }

  /** The first job: what comes behind it is recorded only once the host is armed. */
  arm(): Job {
    const refused = this.#request.items
      .filter((planned) => planned.plan.steps.length > 0 && isGuarded(planned))
      .map((planned) => ({ refused: planned.item.declaration.key, change: changeOf(planned) }))
    return {
      keys: [],
      title: 'arm the guard',
      intents: [],
      judges: true,
      arms: true,
      body: () => {
        this.#opened = performance.now()
        return armScript(this.#id, this.#request.window, refused)
      },
    }
  }

  step(job: StepJob): StepJob {
    const { step } = job
    if (step.guard?.port !== undefined) this.#ports.add(step.guard.port)
    if (step.guard?.network) this.#movesNetwork = true
    const path = step.does === 'run' || this.#saved.has(step.path) ? null : step.path
    if (path !== null) this.#saved.add(path)
    const number = this.#saved.size
    const undo = step.guard?.undo === undefined ? '' : undoScript(++this.#undos, step.guard.undo)
    const before = `${stillArmed}${path === null ? '' : saveScript(number, path)}${undo}`
    return { ...job, body: (nonce) => `${before}\n${job.body(nonce)}` }
  }

  reaction(job: Job, { asks, unit }: Reaction): Job {
    return { ...job, body: (nonce) => `${stillArmed}\n${reactedScript(asks, unit)}\n${job.body(nonce)}` }
  }

  /** Comes in anew, as root, and decides for the changes. Throws whatever keeps it from that. */
  async confirm(): Promise<void> {
    const deadline = Math.max(1, Math.round(this.#request.window * 1000 - this.#elapsed() - 2000))
    const signal = AbortSignal.timeout(deadline)
    if (this.#movesNetwork) await this.#standStill(signal)
    const ways = this.#ports.size === 0 ? [undefined] : [...this.#ports]
    for (const [index, port] of ways.entries()) {
      const isLast = index === ways.length - 1
      await this.#insist(() => this.#comeIn(port, isLast, signal))
    }
  }

  /** Has the host take everything back, or waits until it has. Always throws. Errors: `guard.reverted`. */
  async takeBack(cause: unknown): Promise<never> {
    if (cause instanceof FettleError && cause.code === 'lease.lost') throw cause
    // The connection that there was before may be all that is left.
    const seen = (await this.#ask(this.#request.session)) || (await this.#untilReverted())
    if (!(cause instanceof FettleError) || seen === 'never armed') throw cause
    throw new FettleError(reverted(cause.problems[0], seen === 'reverted', this.#request.window), cause)
  }

  /** The connection that there was before may be gone, which says nothing yet. */
  async #standStill(signal: AbortSignal): Promise<void> {
    const { session, facts } = this.#request
    if (facts.arrival === null) return
    await session.run(standStillScript(facts.arrival.from), { signal, timeout: 20_000 }).catch(() => undefined)
  }

  /** A daemon that reloads may not listen for a moment. */
  async #insist(comeIn: () => Promise<void>): Promise<void> {
    for (let tries = 0; ; tries++) {
      try {
        return await comeIn()
      } catch (error) {
        const isDoor = error instanceof FettleError && error.code === 'host.unreachable'
        if (!isDoor || tries === 4) throw error
        await wait(500)
      }
    }
  }

  async #comeIn(port: number | undefined, isLast: boolean, signal: AbortSignal): Promise<void> {
    const session = await this.#request.reconnect({ ...(port !== undefined && { port }), signal })
    try {
      const { exit, stderr } = await session.run(isLast ? confirmScript(this.#id) : ':', { signal })
      if (exit !== 0)
        throw new FettleError({ code: 'timeout', message: 'it was not confirmed in time', detail: stderr })
    } finally {
      await session.close()
    }
  }

  async #untilReverted(): Promise<Seen | null> {
    const deadline = this.#request.window * 1000 + 30_000
    while (this.#elapsed() < deadline) {
      const signal = AbortSignal.timeout(10_000)
      const session = await this.#request.reconnect({ signal }).catch(() => null)
      const seen = session && (await this.#ask(session))
      await session?.close()
      if (seen) return seen
      await wait(1000)
    }
    return null
  }

  async #ask(session: Session): Promise<Seen | null> {
    const outcome = await session.run(`${revertNow}\n${revertedScript}`, { timeout: 60_000 }).catch(() => null)
    if (outcome?.exit !== 0) return null
    return outcome.stdout.trim() === this.#id ? 'reverted' : 'never armed'
  }

  #elapsed(): number {
    return performance.now() - this.#opened
  }
}

type Seen = 'reverted' | 'never armed'

const reverted = (cause: Problem, seen: boolean, window: number): Problem => ({
  code: 'guard.reverted',
  message: seen
    ? 'the host has taken back what could have cut the way in'
    : `nobody could see whether the host has taken back its guarded changes: it does so by itself after ${window} s`,
  detail: [`because: ${cause.message}`, cause.detail].filter(Boolean).join('\n'),
  hint: 'nothing of it is in force; mend it, or approve the same change by hand to try it once more',
})
