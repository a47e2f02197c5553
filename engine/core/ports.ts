/** Where and how to log in: resolved from the inventory, ready for a transport. */
export interface Target {
  /** The inventory's name of the host, for messages. */
  readonly name: string
  readonly address: string
  /** Default: as the ssh configuration says, else 22. */
  readonly port?: number
  /**
   * Dialled in place of the usual port, to see whether a host listens there too. The host key must be the one that is
   * recorded for the usual port, and nothing new is recorded.
   */
  readonly otherPort?: number
  readonly user?: string
  readonly transport: 'ssh' | 'local'
  /** Become root through sudo. False only where the login user is root or nothing needs root. */
  readonly become: boolean
  /** Asked at most once per run and host; a wrong one is never tried twice. */
  readonly becomePassword?: () => Promise<string>
  readonly password?: () => Promise<string>
  readonly keyFiles?: readonly string[]
  /** Asks for the passphrase of a key file. */
  readonly passphrase?: (keyFile: string) => Promise<string>
  /** Files in OpenSSH's format. Default: the user's and the machine's own. */
  readonly knownHosts?: readonly string[]
  /** `accept-new` records a key seen for the first time; a changed key is refused in either case. */
  readonly hostKeys: 'strict' | 'accept-new'
  readonly deadlines: Deadlines
}

/** Milliseconds. */
export interface Deadlines {
  readonly connect: number
  /** Until its port takes the connection at all. Default: as long as everything else may take. */
  readonly answer?: number
  /** No byte from the host although a keepalive asked for one. */
  readonly idle: number
  /** How long a host waits until it takes back changes that could have cut the way in. Default: 90,000. */
  readonly confirm?: number
}

export interface RunOptions {
  /** Milliseconds until the command is given up with `timeout`. Default: none. */
  readonly timeout?: number
  /** Called with each complete line of stdout as it arrives. */
  readonly onLine?: (line: string) => void
  readonly signal?: AbortSignal
  /** In a fork of the session's shell instead of a shell of its own, which saves a process; one that kills `$$` ends the session. */
  readonly forked?: true
}

/** What a command came to. That it ended at all is certain: a cut connection throws `connection.lost` instead. */
export interface Outcome {
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
  /** Milliseconds. */
  readonly duration: number
}

/** A way to run scripts on one host, one after the other, as the become-user. */
export interface Session {
  /** Runs POSIX sh in a subshell with stdin closed. A non-zero exit is an outcome, not an error. */
  run(script: string, options?: RunOptions): Promise<Outcome>
  /**
   * Runs POSIX sh with these bytes as its stdin, in a shell of its own beside what `run` does. The script may be seen by
   * everybody on the host: nothing in it is secret. Errors: `connection.lost`, `cancelled`.
   */
  feed(script: string, bytes: AsyncIterable<Uint8Array>, options?: Pick<RunOptions, 'signal'>): Promise<Outcome>
  close(): Promise<void>
}

/** Errors: `host.unreachable`, `host.key.*`, `auth.*`, `become.*`, `timeout`. */
export type Connect = (target: Target, signal?: AbortSignal) => Promise<Session>
