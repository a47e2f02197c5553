import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { LoadOptions } from '../generator/load.ts'
import type { LoadResult } from '../generator/tally.ts'

const child = fileURLToPath(new URL('../generator/child.ts', import.meta.url))

/** A load that is sent by a process of its own. */
export interface LoadApart {
  /** When it began: milliseconds of performance.now(). */
  readonly began: number
  stop(): Promise<LoadResult>
}

/** Resolves when the load has begun. */
export const startLoadApart = async (options: LoadOptions): Promise<LoadApart> => {
  const process = fork(child, { execArgv: ['--import', 'tsx'], detached: true })
  const answer = async (message: object): Promise<unknown> => {
    process.send(message)
    const [said] = await Promise.race([once(process, 'message'), once(process, 'exit').then(died)])
    return said
  }
  await answer(options)
  return { began: performance.now(), stop: async () => (await answer({})) as LoadResult }
}

const died = ([code]: unknown[]): never => {
  throw new Error(`the load ended by itself: ${String(code)}`)
}
