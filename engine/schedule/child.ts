import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Child, Ended } from './ports.ts'
import { Tail } from './tail.ts'

export interface Command {
  readonly argv: readonly [string, ...string[]]
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  /** Hears all that it says, besides. */
  readonly hear?: (stream: 'stdout' | 'stderr', chunk: Buffer) => void
}

/** Milliseconds from the wish that a process ends to its end, for what it is in the middle of. */
const patience = 30_000
/** Milliseconds for which what a process left behind may hold on to its output. */
const leftovers = 500

/**
 * Starts a process in a group of its own, without a terminal and without input. It is asked to end when this process
 * dies, however that does, where util-linux has what it takes.
 */
export const startChild = ({ argv, folder, env, hear }: Command): Child => {
  const [program, ...args] = canOutlive() ? argv : (['setpriv', '--pdeathsig', 'TERM', '--', ...argv] as const)
  const child = spawn(program, args, {
    ...{ cwd: folder, env: { ...process.env, ...env }, detached: true },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const tail = new Tail()
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.on('data', (chunk: Buffer) => {
      tail.add(chunk)
      hear?.(name, chunk)
    })
  const gone = new AbortController()
  const ended = endOf(child, tail).finally(() => gone.abort())
  return { ended, stop: () => void stopGroup(child, gone.signal) }
}

const endOf = async (child: ChildProcess, tail: Tail): Promise<Ended> => {
  const closed = once(child, 'close').catch(() => {})
  try {
    const [exit] = (await once(child, 'exit')) as [number | null]
    await Promise.race([closed, sleep(leftovers, undefined, { ref: false })])
    return { exit, pid: child.pid ?? null, output: tail.text() }
  } catch (error) {
    return { exit: null, pid: null, output: `it could not be started: ${(error as Error).message}\n` }
  }
}

const stopGroup = async (child: ChildProcess, gone: AbortSignal): Promise<void> => {
  signalGroup(child, 'SIGTERM')
  await sleep(patience, undefined, { signal: gone }).catch(() => {})
  // Also what it left behind.
  signalGroup(child, 'SIGKILL')
}

const signalGroup = ({ pid }: ChildProcess, signal: NodeJS.Signals): void => {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch {
    // Nobody is left in it.
  }
}

let outlives: boolean | undefined

/** Whether a child cannot be made to end with this process. */
const canOutlive = (): boolean => {
  outlives ??= spawnSync('setpriv', ['--pdeathsig', 'TERM', '--', 'true'], { stdio: 'ignore' }).status !== 0
  return outlives
}
