import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { execa } from 'execa'
import { FettleError } from '../core/error.ts'
import { refuseIfCancelled } from './wait.ts'

export interface LockRequest {
  /** Told once when somebody else holds the lock. */
  readonly waiting?: () => void
  readonly signal?: AbortSignal | undefined
}

/**
 * Runs a task while holding the kernel's lock on a file. A child holds it and lets go at the end of its stdin,
 * so that a controller killed at any moment leaves nothing locked. Errors: `cancelled`.
 */
export const withLock = async <Result>(
  file: string,
  task: () => Promise<Result>,
  request: LockRequest = {},
): Promise<Result> => {
  const release = await takeLock(file, request)
  try {
    return await task()
  } finally {
    await release()
  }
}

const takeLock = async (file: string, { waiting, signal }: LockRequest): Promise<Release> => {
  const announce = setTimeout(() => waiting?.(), 1000)
  try {
    for (;;) {
      const held = await holdLock([], file, signal)
      if (held !== 'removed') return requireHeld(held, file)
      refuseIfCancelled(signal)
    }
  } finally {
    clearTimeout(announce)
  }
}

const requireHeld = (held: Release | 'refused', file: string): Release => {
  if (held !== 'refused') return held
  throw new FettleError({ code: 'lab.failed', message: `${file} cannot be locked` })
}

/** Takes the lock when it is free; null when somebody holds it. */
export const tryLock = async (file: string): Promise<Release | null> => {
  const held = await holdLock(['--nonblock'], file, undefined)
  return typeof held === 'string' ? null : held
}

/** Gives the lock back. */
export type Release = () => Promise<void>

/** Said where the file was deleted while the lock was waited for: what was locked is no longer what others lock. */
const removed = 75

const holdLock = async (
  options: readonly string[],
  file: string,
  signal: AbortSignal | undefined,
): Promise<Release | 'removed' | 'refused'> => {
  await mkdir(dirname(file), { recursive: true })
  // Without a fork the lock is on the first free descriptor of the process that goes on to hold it.
  const script = `[ "$1" -ef /proc/self/fd/3 ] || exit ${removed}; echo held; exec cat`
  const args = ['--no-fork', ...options, file, 'sh', '-c', script, 'sh', file]
  const holder = execa('flock', args, { reject: false, ...(signal && { cancelSignal: signal }) })
  const held = await new Promise<boolean>((resolve) => {
    holder.stdout.once('data', () => resolve(true))
    void holder.then(() => resolve(false))
  })
  refuseIfCancelled(signal)
  if (!held) return (await holder).exitCode === removed ? 'removed' : 'refused'
  return async () => {
    holder.stdin.end()
    await holder
  }
}
