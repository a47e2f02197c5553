import { FettleError } from '../engine/core/error.ts'
import type { Database } from '../engine/store/database/index.ts'
import { openJournaledStore } from './store.ts'

/** Does a piece of work with the store. */
export type WithStore = <Result>(work: (store: Database) => Promise<Result>) => Promise<Result>

/** Milliseconds for which nobody has wanted it, before it is closed. */
const linger = 500
/** Milliseconds after which it is closed even where somebody always wants it: others wait for it, too. */
const longest = 10_000

/**
 * The store for pieces of work that come now and then, and often several at once: they are done one after the other, and
 * it is open as long as there are some. One that fails is opened anew.
 */
export const storeInTurn = (): WithStore => {
  let last: Promise<unknown> = Promise.resolve()
  let open: { readonly store: Database; readonly since: number } | null = null
  let closing: NodeJS.Timeout | undefined
  const close = async () => {
    const closed = open
    open = null
    await closed?.store.close().catch(() => {})
  }
  const turn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const next = last.then(work)
    last = next.catch(() => {})
    return next
  }
  const perform = async <Result>(work: (store: Database) => Promise<Result>): Promise<Result> => {
    try {
      if (open && performance.now() - open.since > longest) await close()
      open ??= { store: await openJournaledStore(), since: performance.now() }
      return await work(open.store)
    } catch (error) {
      await close()
      throw told(error)
    }
  }
  return (work) => {
    clearTimeout(closing)
    const next = turn(() => perform(work))
    const idle = () => {
      clearTimeout(closing)
      closing = setTimeout(() => void turn(close), linger)
    }
    next.then(idle, idle)
    return next
  }
}

/** Two who met in the database may meet again, and have better luck then. */
const told = (error: unknown): unknown => {
  if (!/^40/.test(String((error as { readonly code?: unknown }).code ?? ''))) return error
  const problem = { code: 'store.failed', message: 'another scheduler was in the way', detail: String(error) } as const
  return new FettleError(problem, error)
}
