import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { execa } from 'execa'
import { FettleError } from '../core/error.ts'

export interface LockRequest {
  /** Told once when somebody else holds the lock. */
  readonly waiting?: () => void
  readonly signal?: AbortSignal | undefined
}

/**
 * Runs a task while holding the kernel's lock on a file. A child holds it and lets go at the end of its stdin,
 * so that a controller killed at any moment leaves nothing locked.
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

/** Takes the lock until the returned function is called. Errors: `cancelled`. */
export const takeLock = async (file: string, { waiting, signal }: LockRequest = {}): Promise<() => Promise<void>> => {
  await mkdir(dirname(file), { recursive: true })
  const announce = setTimeout(() => waiting?.(), 1000)
  try {
    const release = await holdLock(['--exclusive', file], signal)
    if (release) return release
    throw new FettleError({ code: signal?.aborted ? 'cancelled' : 'lab.failed', message: `no lock on ${file}` })
  } finally {
    clearTimeout(announce)
  }
}

/** Takes the lock when it is free; null when somebody holds it. */
export const tryLock = async (file: string): Promise<(() => Promise<void>) | null> => {
  await mkdir(dirname(file), { recursive: true })
  return holdLock(['--exclusive', '--nonblock', file], undefined)
}

const holdLock = async (args: readonly string[], signal: AbortSignal | undefined) => {
  const holder = execa('flock', [...args, 'sh', '-c', 'echo held; exec cat'], {
    reject: false,
    ...(signal && { cancelSignal: signal }),
  })
  const held = await new Promise<boolean>((resolve) => {
    holder.stdout.once('data', () => resolve(true))
    void holder.then(() => resolve(false))
  })
  if (!held) return null
  return async () => {
    holder.stdin.end()
    await holder
  }
}
