import { FramedShell, type Run } from './framed-shell.ts'
import type { Connection, ShellProcess } from './process.ts'
import { answerSudo, refusal, withoutPassword, withPassword } from './sudo.ts'
import { fault, tail, type Where } from './where.ts'

export interface Login {
  readonly where: Where
  /** Through sudo. False where the login user is root already, or nothing needs root. */
  readonly become: boolean
  readonly becomePassword?: (() => Promise<string>) | undefined
  /** Milliseconds that sudo may take to answer a password. */
  readonly deadline: number
}

/** Opens shells on one connection as the user whom scripts run as. */
export class Opener {
  readonly #connection: Connection
  readonly #login: Login
  #password: Promise<string> | undefined

  constructor(connection: Connection, login: Login) {
    this.#connection = connection
    this.#login = login
  }

  /**
   * Does not wait to see whether sudo lets us in, so that the first script can travel at once: a refusal shows as a
   * run that is `unstarted`. Asks for a password only after such a refusal.
   */
  async open(): Promise<FramedShell> {
    if (this.#password) return this.#openWithPassword(await this.#password)
    const argv = this.#login.become ? withoutPassword : ['sh']
    return new FramedShell(await this.#connection.start(argv))
  }

  /** A shell to be had in another way after this refusal, if there is one. Errors: `become.*`, `host.unsupported`. */
  async openAfter(refused: Run & { readonly type: 'unstarted' }): Promise<FramedShell> {
    const { where, become, becomePassword } = this.#login
    if (!become) throw noShell(where, refused.said)
    if (this.#password) throw refusal(where, refused.said)
    if (!becomePassword)
      throw refusal(
        where,
        refused.said,
        'give the sudo password with -K, or let the user run sudo without one (NOPASSWD)',
      )
    this.#password = becomePassword()
    return this.open()
  }

  /** One script in a process of its own, whose stdin is the caller's. Once a shell was opened, the way in is known. */
  async start(script: string): Promise<ShellProcess> {
    if (this.#password) return this.#startWithPassword(await this.#password, script)
    return this.#connection.start([...(this.#login.become ? withoutPassword : ['sh']), '-c', script])
  }

  async #openWithPassword(password: string): Promise<FramedShell> {
    return new FramedShell(await this.#startWithPassword(password))
  }

  async #startWithPassword(password: string, script?: string): Promise<ShellProcess> {
    const { where, deadline } = this.#login
    const { argv, prompt, ready } = withPassword(script)
    const process = await this.#connection.start(argv)
    await answerSudo(process, { prompt, ready, password, where, deadline })
    return process
  }
}

const noShell = (where: Where, said: string) => {
  const detail = tail(said)
  return fault(where, 'host.unsupported', `${where.login} was let in but got no shell`, {
    ...(detail !== undefined && { detail }),
    hint: 'the account may be expired, restricted to one command, or without a login shell',
  })
}
