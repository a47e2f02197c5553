import type { FettleError } from '../../core/error.ts'
import type { Outcome, RunOptions, Session } from '../../core/ports.ts'
import { feed } from './feed.ts'
import type { FramedShell } from './framed-shell.ts'
import { interrupt } from './interrupt.ts'
import { type Reached, within } from './limit.ts'
import { type Login, Opener } from './opener.ts'
import type { Connection } from './process.ts'
import { fault, type Where } from './where.ts'

/** How long a given-up command may take to be ended on the host, in milliseconds. */
const interruptDeadline = 3000

const unknown = 'the command may have run, in whole or in part: look at the host again before anything else'

/** Scripts on one host, one after the other, over one connection and one shell. */
export class ShellSession implements Session {
  readonly #connection: Connection
  readonly #opener: Opener
  readonly #where: Where
  #shell: FramedShell
  #queue: Promise<unknown> = Promise.resolve()
  #over: FettleError | undefined

  private constructor(connection: Connection, opener: Opener, where: Where, shell: FramedShell) {
    this.#connection = connection
    this.#opener = opener
    this.#where = where
    this.#shell = shell
  }

  /** Takes the connection over: it is closed when the session ends, and when there is no session. */
  static async open(connection: Connection, login: Login): Promise<ShellSession> {
    const opener = new Opener(connection, login)
    try {
      return new ShellSession(connection, opener, login.where, await opener.open())
    } catch (error) {
      await connection.close()
      throw error
    }
  }

  run(script: string, options: RunOptions = {}): Promise<Outcome> {
    const turn = this.#queue.then(() => this.#perform(script, options))
    this.#queue = turn.catch(() => undefined)
    return turn
  }

  async feed(script: string, bytes: AsyncIterable<Uint8Array>, { signal }: RunOptions = {}): Promise<Outcome> {
    if (this.#over) throw this.#over
    const came = await within({ signal }, feed(this.#opener, script, bytes))
    if ('reached' in came) throw this.#cancelled()
    if (came.result.type === 'lost') throw this.#lost(came.result.why)
    return came.result.outcome
  }

  async close(): Promise<void> {
    this.#over ??= fault(this.#where, 'cancelled', `the session with ${this.#where.login} was closed`)
    await this.#connection.close()
  }

  async #perform(script: string, options: RunOptions): Promise<Outcome> {
    if (this.#over) throw this.#over
    if (options.signal?.aborted) throw this.#cancelled()
    const came = await within(options, this.#attempt(script, options)).catch((error) => this.#fail(error))
    if ('result' in came) return came.result
    const error = came.reached === 'timeout' ? this.#timedOut(options.timeout) : this.#cancelled()
    this.#over = this.#lost('the connection was given up with an earlier command', error)
    await this.#abandon()
    throw error
  }

  async #attempt(script: string, options: RunOptions): Promise<Outcome> {
    let run = await this.#shell.run(script, options)
    if (run.type === 'unstarted') {
      this.#shell = await this.#opener.openAfter(run)
      run = await this.#shell.run(script, options)
    }
    if (run.type === 'done') return run.outcome
    throw this.#lost(run.type === 'lost' ? run.why : 'the shell ended at once')
  }

  async #fail(error: FettleError): Promise<{ readonly reached: Reached }> {
    this.#over ??= error
    await this.#connection.close()
    throw error
  }

  async #abandon(): Promise<void> {
    const shell = this.#shell
    // A command that was given up at once may have said nothing yet.
    const ended = shell.begun
      .then((pid) => (pid === undefined ? undefined : interrupt(this.#opener, pid)))
      .catch(() => undefined)
    await within({ timeout: interruptDeadline }, ended)
    // For a machine that is too slow to end it within that time.
    shell.kill()
    await this.#connection.close()
  }

  #cancelled(): FettleError {
    return fault(this.#where, 'cancelled', `a command on ${this.#where.login} was cancelled`, { hint: unknown })
  }

  #timedOut(timeout = 0): FettleError {
    const message = `a command on ${this.#where.login} took more than ${timeout / 1000} s and was given up`
    return fault(this.#where, 'timeout', message, { hint: unknown })
  }

  #lost(why: string, cause?: unknown): FettleError {
    return fault(this.#where, 'connection.lost', `lost ${this.#where.login}: ${why}`, { hint: unknown }, cause)
  }
}
