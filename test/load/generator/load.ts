import { randomUUID } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import { keepingAgent } from './agent.ts'
import { answeredBy } from './answer.ts'
import { fateOf } from './orders.ts'
import { type ClosedLoop, closedLoop, type FixedRate, fixedRate } from './pace.ts'
import type { Place } from './place.ts'
import { type Ask, type Limits, perform } from './request.ts'
import { type LoadResult, type StreamName, startTally, type Tally } from './tally.ts'

/** A page that is asked for, and what must be in it. */
export interface Page {
  readonly path: string
  readonly contains: string
}

/** All that is sent at once. A stream that is null is left out. */
export interface Streams {
  /** Over kept connections, each client when it has its answer. */
  readonly 'keep-alive': ClosedLoop | null
  /** Over kept connections, whether or not there are answers. */
  readonly 'fixed-rate': FixedRate | null
  /** Over a connection each. */
  readonly close: FixedRate | null
  /** Downloads that take some seconds. */
  readonly download: (ClosedLoop & { readonly seconds: number }) | null
  /** Orders with ids of their own, over kept connections. */
  readonly order: FixedRate | null
}

export interface LoadOptions {
  /** The website, without a path. */
  readonly url: string
  /** Default: those of the shop, in turn. */
  readonly pages?: readonly Page[]
  /** What differs from the usual streams, about 60 requests a second in all. */
  readonly streams?: Partial<Streams>
  /** Default: 3 s to connect, 15 s to answer, a download's own seconds not counted. */
  readonly limits?: Limits
  /** Where it is. Default: as its name says. */
  readonly place?: Place
}

/** A load that goes on until it is stopped. */
export interface Load {
  /** What has come so far. */
  soFar(): LoadResult
  /** Sends nothing more, waits for what is under way, and says what came of all. */
  stop(): Promise<LoadResult>
}

export const usualStreams: Streams = {
  'keep-alive': { clients: 4, pauseMs: 160 },
  'fixed-rate': { perSecond: 20 },
  close: { perSecond: 10 },
  download: { clients: 2, pauseMs: 100, seconds: 10 },
  order: { perSecond: 10 },
}

const shopPages: readonly Page[] = [
  { path: '/', contains: '</html>' },
  { path: '/products/kettle', contains: 'Enamel kettle' },
  { path: '/catalogue.json', contains: '"teapot"' },
  { path: '/basket', contains: 'Your basket' },
]

const usualLimits: Limits = { connectMs: 3000, answerMs: 15_000 }

/** A start this much later than meant is this process's own fault. */
const lateMs = 50

interface Sending {
  readonly tally: Tally
  readonly began: number
}

/** What sends one request of a stream and counts what came of it, an order's fate with it. */
const counting =
  ({ tally, began }: Sending, stream: StreamName, next: () => Ask & { readonly id?: string }) =>
  async (meantAt: number): Promise<void> => {
    const { id, ...ask } = next()
    const late = performance.now() - meantAt > lateMs
    const { failure, headers } = await perform(ask)
    const now = performance.now()
    tally.add({
      stream,
      endedAt: now - began,
      latency: now - meantAt,
      late,
      failure,
      by: headers && answeredBy(headers),
      ...(id !== undefined && { order: { id, fate: fateOf(failure) } }),
    })
  }

/** The requests of each stream. Each keeps connections of its own, so that one stream's stall is not another's. */
const asks = ({ url, pages = shopPages, limits = usualLimits, place }: LoadOptions, seconds: number) => {
  const there = place ? { place } : {}
  let turn = 0
  const page = (agent: Ask['agent']) => (): Ask => {
    const { path, contains } = pages[turn++ % pages.length] ?? { path: '/', contains: '' }
    return { url: new URL(path, url), expected: { status: 200, contains }, agent, limits, ...there }
  }
  const download = (): Ask => ({
    url: new URL(`/catalogue.pdf?seconds=${seconds}`, url),
    expected: { status: 200, digest: true },
    agent: false,
    limits: { ...limits, answerMs: limits.answerMs + seconds * 1000 },
    ...there,
  })
  const run = randomUUID().slice(0, 8)
  const ordering = keepingAgent(url)
  let orders = 0
  const order = (): Ask & { id: string } => {
    const id = `${run}-${orders++}`
    const json = { id, items: [{ product: 'mug', quantity: 1 }] }
    const expected = { status: 201, contains: JSON.stringify(id) }
    return { id, url: new URL('/orders', url), expected, agent: ordering, limits, json, ...there }
  }
  return { page, download, order }
}

/** Starts to ask a website in all ways at once. Nothing that failed is sent again: each failure counts. */
export const startLoad = (options: LoadOptions): Load => {
  const tally = startTally()
  const streams = { ...usualStreams, ...options.streams }
  const stopping = new AbortController()
  setMaxListeners(0, stopping.signal)
  const sending: Sending = { tally, began: performance.now() }
  const { page, download, order } = asks(options, streams.download?.seconds ?? 0)
  const rate = (name: 'fixed-rate' | 'close' | 'order', next: () => Ask & { readonly id?: string }) =>
    streams[name] && fixedRate(streams[name], stopping.signal, counting(sending, name, next))
  const loop = (name: 'keep-alive' | 'download', next: () => Ask, spreadMs = 0) =>
    streams[name] && closedLoop(streams[name], stopping.signal, counting(sending, name, next), spreadMs)
  const running = [
    loop('keep-alive', page(keepingAgent(options.url))),
    loop('download', download, (streams.download?.seconds ?? 0) * 1000),
    rate('fixed-rate', page(keepingAgent(options.url))),
    rate('close', page(false)),
    rate('order', order),
  ]
  return {
    soFar: tally.result,
    stop: async () => {
      stopping.abort()
      await Promise.all(running)
      return tally.result()
    },
  }
}
