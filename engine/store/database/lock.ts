import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, fstatSync, ftruncateSync, openSync, readFileSync, statSync, writeSync } from 'node:fs'
import { FettleError } from '../../core/error.ts'

export interface LockRequest {
  readonly file: string
  /** Who takes it, for those who wait. */
  readonly holder: string
  /** Seconds until others are waited for no more. */
  readonly patience: number
  /** Told once, who has it, when that takes more than a second. */
  readonly waiting?: ((holder: string) => void) | undefined
}

/**
 * Takes the kernel's lock on a file, which it gives back with this process, however that ends. A child asks for it on a
 * descriptor that it shares with this process, so that it stays here when the child has gone. Gives back how to let go
 * of it. Errors: `store.held`, `store.failed`.
 */
export const takeLock = async (request: LockRequest): Promise<() => void> => {
  const { file, holder } = request
  for (;;) {
    const descriptor = openSync(file, 'a+', 0o600)
    try {
      await askFor(descriptor, request)
      if (isStill(descriptor, file)) {
        ftruncateSync(descriptor)
        writeSync(descriptor, holder)
        return () => closeSync(descriptor)
      }
    } catch (error) {
      closeSync(descriptor)
      throw error
    }
    // Whoever deleted the file meanwhile has left others a new one to lock.
    closeSync(descriptor)
  }
}

/** What `flock` exits with when the time is over. */
const late = 1

const holderOf = (file: string): string => readFileSync(file, 'utf8').trim() || 'somebody'

const askFor = async (descriptor: number, { file, patience, waiting }: LockRequest): Promise<void> => {
  const announce = setTimeout(() => waiting?.(holderOf(file)), 1000)
  const child = spawn('flock', ['--exclusive', '--timeout', String(patience), '3'], {
    stdio: ['ignore', 'ignore', 'ignore', descriptor],
  })
  const exit = await once(child, 'exit').then(
    ([code]) => code as number | null,
    (error: Error) => error.message,
  )
  clearTimeout(announce)
  if (exit === 0) return
  if (exit === late) throw held(file, patience)
  throw new FettleError({
    code: 'store.failed',
    message: `${file} cannot be locked`,
    detail: typeof exit === 'string' ? exit : `flock came to ${exit}`,
    hint: 'flock of util-linux is needed; or set DATABASE_URL to keep the memory of runs on a PostgreSQL server',
  })
}

const held = (file: string, patience: number): FettleError =>
  new FettleError({
    code: 'store.held',
    message: `the memory of runs is in use, and was still after ${patience} s`,
    detail: `${holderOf(file)} has it`,
    hint: 'try again when that has ended; nothing is lost, as runs keep their journals by themselves',
  })

const isStill = (descriptor: number, file: string): boolean => {
  const [ours, theirs] = [fstatSync(descriptor), statSync(file, { throwIfNoEntry: false })]
  return ours.ino === theirs?.ino && ours.dev === theirs.dev
}
