import type { Readable, Writable } from 'node:stream'

/** A running program with its three streams, here or on a host. */
export interface ShellProcess {
  readonly stdin: Writable
  readonly stdout: Readable
  readonly stderr: Readable
  /** Settles, and never rejects, once the program has ended and its streams have been read: see `untilEnded`. */
  readonly ended: Promise<Ending>
  /** Kills the program and its process group, as far as the login user may. */
  kill(): void
}

/** `lost`: nobody can say how it ended, because the connection went first. */
export type Ending =
  | { readonly type: 'exited'; readonly exit: number }
  | { readonly type: 'killed'; readonly signal: string }
  | { readonly type: 'lost'; readonly why: string }

export const describeEnding = (ending: Ending): string => {
  if (ending.type === 'exited') return `the shell ended with exit status ${ending.exit}`
  if (ending.type === 'killed') return `the shell was ended by ${ending.signal}`
  return ending.why
}

/** Starts programs on one host. */
export interface Connection {
  /** Each in a session and process group of its own. Rejects when the connection is gone. */
  start(argv: readonly string[]): Promise<ShellProcess>
  close(): Promise<void>
}

/** How long what is still in the streams of an ended program may take to arrive, in milliseconds. */
const lastWords = 3000

/** Waits for the streams too, but not for good: a process that was left behind may hold them open. */
export const untilEnded = (exited: Promise<unknown>, closed: Promise<unknown>): Promise<void> =>
  new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined
    exited.then(() => {
      timer = setTimeout(resolve, lastWords)
    })
    closed.then(() => {
      clearTimeout(timer)
      resolve()
    })
  })
