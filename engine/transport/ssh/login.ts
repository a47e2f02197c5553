import type { Duplex } from 'node:stream'
import type { Client } from 'ssh2'
import type { FettleError } from '../../core/error.ts'
import { fault, tail } from '../session/where.ts'
import { algorithmsFor } from './algorithms.ts'
import { type Attempt, attempts, type Credentials } from './attempts.ts'
import type { HostKeys } from './host-key.ts'

type Entry = Omit<Credentials, 'note'> & { readonly hostKeys: HostKeys }

type SshError = Error & { readonly level?: string }

/**
 * Makes a connection an SSH one: agrees on keys, checks the host's, then logs in. Every failure closes the socket.
 * Errors: `host.unreachable`, `host.key.*`, `auth.*`; what `signal` carries as its reason.
 */
export const login = (entry: Entry, socket: Duplex, signal: AbortSignal): Promise<Client> =>
  new Promise((resolve, reject) => {
    const { route, target, ssh2, hostKeys } = entry
    const client = new ssh2.Client()
    const door = new Door(entry)
    const fail = (error: unknown) => {
      signal.removeEventListener('abort', stop)
      reject(error)
      socket.destroy()
    }
    const stop = () => fail(signal.reason)
    signal.addEventListener('abort', stop)
    // Stays for good: an error without a listener would end the process.
    client.on('error', (error: SshError) => {
      if (!door.goesOnAfter(error)) fail(door.explain(error))
    })
    client.on('close', () => fail(door.explain(new Error('the connection was closed'))))
    client.on('ready', () => {
      signal.removeEventListener('abort', stop)
      resolve(client)
    })
    client.connect({
      sock: socket as Duplex & { readonly readable: boolean },
      username: route.user,
      algorithms: algorithmsFor(hostKeys.entries),
      hostVerifier: (key: Buffer) => door.admits(key),
      authHandler: (left, _partial, next) => {
        door.next(left ?? undefined).then((attempt) => next(attempt.method), fail)
      },
      readyTimeout: 0,
      keepaliveInterval: target.deadlines.idle / 3,
      // Silence is judged by the connection, which counts every byte as a sign of life.
      keepaliveCountMax: Number.MAX_SAFE_INTEGER,
    })
    if (signal.aborted) stop()
    // Of one that hung up before it was listened to nothing is heard any more.
    if (socket.destroyed || socket.readableEnded) fail(door.explain(new Error('the connection was closed')))
  })

/** Remembers how far one log-in has come, to say well what went wrong. */
class Door {
  readonly #entry: Entry
  readonly #attempts: AsyncGenerator<Attempt, void>
  readonly #tried: string[] = []
  readonly #remarks: string[] = []
  #denied: FettleError | null = null
  #left: readonly string[] | undefined
  #isLoggingIn = false

  constructor(entry: Entry) {
    this.#entry = entry
    const note = (remark: string) => this.#remarks.push(remark)
    this.#attempts = attempts({ ...entry, note }, () => this.#left)
  }

  admits(key: Buffer): boolean {
    this.#denied = this.#entry.hostKeys.check(key)
    return this.#denied === null
  }

  /** `left`: what the server still accepts, once it has said so. */
  async next(left: readonly string[] | undefined): Promise<Attempt> {
    if (!this.#isLoggingIn) await this.#entry.hostKeys.remember()
    this.#isLoggingIn = true
    this.#left = left
    const { value } = await this.#attempts.next()
    if (!value) throw this.#refused()
    if (value.name !== 'none') this.#tried.push(value.name)
    return value
  }

  /** A key that cannot sign, or an agent that declines: the next attempt follows by itself. */
  goesOnAfter(error: SshError): boolean {
    return error.level === 'agent' || error.level === 'client-authentication'
  }

  explain(error: SshError): FettleError {
    const { where } = this.#entry.route
    if (this.#denied) return this.#denied
    if (this.#isLoggingIn) return this.#refused(error)
    const message = `${where.login} did not complete the SSH handshake: ${tail(error.message) ?? ''}`
    const hint = 'it may limit log-ins at the same time (MaxStartups), or not be an SSH server'
    return fault(
      where,
      'host.unreachable',
      message,
      /before handshake|closed|RESET/i.test(error.message) ? { hint } : {},
      error,
    )
  }

  #refused(cause?: Error): FettleError {
    const { where } = this.#entry.route
    const lines = [
      ...(cause ? [tail(cause.message) ?? ''] : []),
      `tried: ${this.#tried.join(', ') || 'nothing, there is no key and no password'}`,
      ...this.#remarks,
      ...(this.#left ? [`the host accepts: ${this.#left.join(', ')}`] : []),
    ]
    return fault(where, 'auth.refused', `${where.login} refused the log-in`, { detail: lines.join('\n') }, cause)
  }
}
