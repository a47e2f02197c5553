import { setTimeout as pause } from 'node:timers/promises'
import { ask } from './ask.ts'

/** What became of the questions of one client that keeps its cookie, as a browser does. */
export interface Visits {
  readonly failures: readonly string[]
  /** Who answered, in turn: the same one several times in a row is there once. */
  readonly servers: readonly string[]
  readonly asked: number
}

export interface StickyClient {
  readonly visits: Visits
  stop(): Promise<Visits>
}

/** Asks balancers by turns, until it is stopped. */
export const startClient = (balancers: readonly string[]): StickyClient => {
  const stopping = new AbortController()
  const failures: string[] = []
  const servers: string[] = []
  const visits = { failures, servers, asked: 0 }
  let cookie: string | null = null
  const visit = async () => {
    const address = balancers[visits.asked++ % balancers.length] ?? ''
    const { status, headers, body } = await ask(address, '/', cookie === null ? {} : { Cookie: cookie })
    cookie = headers['set-cookie']?.[0]?.split(';')[0] ?? cookie
    if (status !== 200) failures.push(`status ${status}`)
    else if (servers.at(-1) !== body) servers.push(body)
  }
  const visiting = (async () => {
    while (!stopping.signal.aborted) {
      await visit().catch((error: Error) => failures.push(error.message))
      await pause(50)
    }
  })()
  return {
    visits,
    stop: async () => {
      stopping.abort()
      await visiting
      return visits
    },
  }
}
