import { request as plain } from 'node:http'
import { request as secure } from 'node:https'
import { setTimeout as pause } from 'node:timers/promises'
import { type Place, placed } from '../../load/generator/place.ts'

/** What came of asking over and over. Times in milliseconds. */
export interface Probed {
  readonly asked: number
  readonly failed: number
  /** The longest time from one answer to the next, and until the first one. */
  readonly gap: number
}

/** Milliseconds from one question to the next, and those that an answer may take. */
const pace = 20
const patience = 1000

/** Asks once, over a connection of its own. Resolves with whether there was a good answer. */
const answers = (url: string, place: Place | undefined): Promise<boolean> =>
  new Promise((resolve) => {
    const request = url.startsWith('https:') ? secure : plain
    const asked = request(url, { agent: false, timeout: patience, ...placed(place) }, (answer) => {
      answer.resume()
      answer.on('end', () => resolve(answer.statusCode === 200))
    })
    asked.on('timeout', () => asked.destroy(new Error('no answer in time')))
    asked.on('error', () => resolve(false))
    asked.end()
  })

export interface Probing {
  /** Resolves when somebody answers again. */
  answered(): Promise<void>
  stop(): Promise<Probed>
}

/** Asks until it is stopped; a question that is not answered keeps nobody else waiting. */
export const startProbing = (url: string, place?: Place): Probing => {
  const stopping = new AbortController()
  const good = [performance.now()]
  let asked = 0
  let failed = 0
  const ask = async () => {
    asked++
    if (await answers(url, place)) good.push(performance.now())
    else failed++
  }
  const asking = (async () => {
    const under: Promise<void>[] = []
    while (!stopping.signal.aborted) {
      under.push(ask())
      await pause(pace)
    }
    await Promise.all(under)
  })()
  return {
    answered: async () => {
      for (const before = good.length; good.length < before + 5; ) await pause(pace)
    },
    stop: async () => {
      stopping.abort()
      await asking
      const gaps = good.slice(1).map((at, index) => at - (good[index] ?? at))
      return { asked, failed, gap: Math.round(Math.max(0, ...gaps)) }
    },
  }
}
