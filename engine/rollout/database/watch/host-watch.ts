import { setTimeout as pause } from 'node:timers/promises'
import { doingOf, isHeld, leaseFact } from '../../../converge/state/lease.ts'
import type { DatabaseHost } from '../../../core/database.ts'
import { FettleError, type Problem } from '../../../core/error.ts'
import type { Session } from '../../../core/ports.ts'
import { hostProblem } from '../../outcome.ts'
import { readState } from '../read-state.ts'
import { stateScript } from '../state.ts'

/** Milliseconds from one question to the next, and longest rest where nobody can come in. */
const every = 1000
const longestRest = 5000

/** Milliseconds for an answer: more than a server that hangs takes to be found out. */
const answerLimit = 6000

/** Seconds for which a server may keep a call waiting. */
const patience = 2

/** Milliseconds after which what was seen is not what is. */
const freshness = 5000

const divider = '-- lease --'

export interface HostWatchRequest {
  readonly name: string
  readonly cluster: string
  readonly connect: (signal: AbortSignal) => Promise<Session>
}

/** One host of a cluster, asked every second over one connection, whatever becomes of the others. */
export class HostWatch {
  readonly name: string
  readonly #request: HostWatchRequest
  readonly #script: string
  #session: Session | undefined
  #seen: DatabaseHost | Problem
  #holder: string | null = null
  #failures = 0
  /** By the monotonic clock, in milliseconds. */
  #seenAt: number
  #answeredAt: number
  #received = ''
  #receivedAt: number

  constructor(request: HostWatchRequest) {
    this.name = request.name
    this.#request = request
    this.#script = `(${stateScript(request.cluster, patience)})\nprintf '\\n${divider}\\n'\n(${leaseFact.script([])})`
    this.#seen = { code: 'timeout', host: request.name, message: `${request.name} was not asked yet` }
    const now = performance.now()
    this.#seenAt = this.#answeredAt = this.#receivedAt = now
  }

  /** Whether anything has come of the first question. */
  get isKnown(): boolean {
    return this.#failures > 0 || 'unit' in this.#seen
  }

  /** As it is now, as far as that is known. */
  get seen(): DatabaseHost | Problem {
    if (performance.now() - this.#seenAt <= freshness) return this.#seen
    return { code: 'timeout', host: this.name, message: `no answer for more than ${freshness / 1000} s` }
  }

  /** Who is changing it; null for nobody, or where it does not answer. */
  get holder(): string | null {
    return 'unit' in this.seen ? this.#holder : null
  }

  /** Seconds since its server answered. */
  get silence(): number {
    return (performance.now() - this.#answeredAt) / 1000
  }

  /** What it has received, and for how many seconds nothing came after it. */
  get received(): { readonly what: string; readonly seconds: number } {
    return { what: this.#received, seconds: (performance.now() - this.#receivedAt) / 1000 }
  }

  /** Time in which nobody asked is nobody's silence: milliseconds. */
  forgive(stalled: number): void {
    this.#answeredAt += stalled
    this.#receivedAt += stalled
  }

  /** Asks again and again until the signal. Errors: bugs alone. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const next = performance.now() + every
      await this.#ask(signal)
      const rest = Math.min(longestRest, this.#failures * every)
      await pause(Math.max(next - performance.now(), rest), undefined, { signal }).catch(() => {})
    }
    await this.#session?.close()
  }

  async #ask(signal: AbortSignal): Promise<void> {
    try {
      this.#session ??= await this.#request.connect(signal)
      const { stdout } = await this.#session.run(this.#script, { timeout: answerLimit, signal })
      this.#failures = 0
      this.#take(stdout)
    } catch (error) {
      if (!(error instanceof FettleError)) throw error
      if (signal.aborted) return
      this.#failures++
      this.#seen = hostProblem(error, this.name)
      // A connection to a host that hangs may take long to close.
      void this.#session?.close().catch(() => {})
      this.#session = undefined
    }
    this.#seenAt = performance.now()
  }

  #take(output: string): void {
    const [state = '', lease = ''] = output.split(`\n${divider}\n`)
    const seen = readState(state)
    const [held] = leaseFact.parse(lease, [null])
    const now = performance.now()
    this.#seen = seen
    this.#holder = held?.holder && isHeld(held) ? `${held.holder.who}'s ${doingOf(held.holder)}` : null
    if (!seen.server) return
    this.#answeredAt = now
    const received = seen.server.source?.received ?? ''
    if (received !== this.#received || seen.server.source?.receiver !== 'running') this.#receivedAt = now
    this.#received = received
  }
}
