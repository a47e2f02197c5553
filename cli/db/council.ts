import { setTimeout as pause } from 'node:timers/promises'
import { FettleError } from '../../engine/core/error.ts'
import type { Council, Opinion, PastFailover } from '../../engine/core/observers.ts'
import { type Database, openStore, type StoreRequest } from '../../engine/store/database/index.ts'
import { claim, end, lastFailover, leave, type Observer, tell } from '../../engine/store/observers.ts'

/** Milliseconds for an answer of the store. */
const patience = 5000

/** The store as observers use it. Errors, also of the first opening: `store.*`. */
export const openCouncil = (request: StoreRequest, observer: Observer): Promise<Council> =>
  request.url ? sharedCouncil(request, observer) : loneCouncil(request, observer)

/** Over one connection, which is made anew where it was lost. */
const sharedCouncil = async (request: StoreRequest, observer: Observer): Promise<Council> => {
  let store: Database | undefined = await openStore(request)
  let queue: Promise<unknown> = Promise.resolve()
  const attempt = async <Result>(work: (database: Database) => Promise<Result>): Promise<Result> => {
    const opened = store ?? (await openStore(request))
    store = opened
    try {
      return await intime(work(opened))
    } catch (error) {
      store = undefined
      void opened.close().catch(() => {})
      throw error
    }
  }
  /** One after the other: what comes between the queries of a transaction would be part of it. */
  const ask = <Result>(work: (database: Database) => Promise<Result>): Promise<Result> => {
    const answer = queue.then(() => attempt(work))
    queue = answer.catch(() => undefined)
    return answer
  }
  return {
    tell: (opinion) => ask((database) => tell(database, observer, opinion)),
    claim: (wish) => ask((database) => claim(database, observer, wish)),
    end: (number, outcome, run) => ask((database) => end(database, number, outcome, run)),
    leave: async () => {
      await ask((database) => leave(database, observer))
      await store?.close()
    },
  }
}

const intime = async <Result>(work: Promise<Result>): Promise<Result> => {
  const late = new AbortController()
  try {
    return await Promise.race([work, pause(patience, undefined, { signal: late.signal }).then(refuse)])
  } finally {
    late.abort()
  }
}

const refuse = (): never => {
  throw new FettleError({ code: 'store.failed', message: `the store did not answer within ${patience / 1000} s` })
}

/** In the site's folder there is room for one process at a time: it is opened where something is to be kept. */
const loneCouncil = async (request: StoreRequest, observer: Observer): Promise<Council> => {
  let last: PastFailover | null = null
  let opinion: Opinion = { epoch: 0, gone: false }
  const brief = async <Result>(work: (database: Database) => Promise<Result>): Promise<Result> => {
    const database = await openStore(request)
    try {
      return await work(database)
    } finally {
      last = await lastFailover(database, observer.cluster).finally(() => database.close())
    }
  }
  await brief(async () => undefined)
  return {
    tell: async (told) => {
      opinion = told
      const past = last && { ...last, secondsAgo: (Date.now() - last.at.getTime()) / 1000 }
      return { observers: 1, agreeing: told.gone ? 1 : 0, last: past }
    },
    claim: (wish) =>
      brief(async (database) => {
        await tell(database, observer, opinion)
        return claim(database, observer, wish)
      }),
    end: (number, outcome, run) => brief((database) => end(database, number, outcome, run)),
    leave: async () => {},
  }
}
