import { describe, expect, test } from 'vitest'
import { type LoadOptions, type Streams, startLoad } from './load.ts'
import { answer, deafServer, nobody, roughServer, type Treat } from './rough-server.ts'
import type { LoadResult } from './tally.ts'

const nothing: Streams = { 'keep-alive': null, 'fixed-rate': null, close: null, download: null, order: null }
const pages = [{ path: '/', contains: 'hello' }]
const good = answer('hello')

/** Loads a server with one stream until `enough`, and says what came of it. */
const load = async (options: LoadOptions, enough: (result: LoadResult) => boolean): Promise<LoadResult> => {
  const running = startLoad({ pages, limits: { connectMs: 300, answerMs: 300 }, ...options })
  await expect.poll(() => enough(running.soFar()), { timeout: 10_000, interval: 20 }).toBe(true)
  return running.stop()
}

const fresh = { ...nothing, close: { perSecond: 50 } }
const kept = { ...nothing, 'keep-alive': { clients: 1, pauseMs: 5 } }

const someFailed = ({ failed }: LoadResult) => failed >= 5

const respond =
  (text: string): Treat =>
  (socket) =>
    socket.write(text)

/** Treats a connection well at first, and then as it is told. */
const later =
  (treat: Treat): Treat =>
  (socket, turn, request) =>
    turn < 2 ? socket.write(good) : treat(socket, turn, request)

const close: Treat = (socket) => socket.end()
const reset: Treat = (socket) => socket.resetAndDestroy()

describe('each way to fail is counted, as what it is', () => {
  test.each<[string, Streams, Treat]>([
    ['closed', fresh, close],
    ['reset', fresh, reset],
    ['closed, kept alive', kept, later(close)],
    ['reset, kept alive', kept, later(reset)],
    ['truncated', fresh, (socket) => socket.end(good.slice(0, -2))],
    ['truncated', kept, later((socket) => socket.end(good.slice(0, -2)))],
    ['truncated', fresh, (socket) => socket.write(good.slice(0, -2), () => socket.resetAndDestroy())],
    ['malformed', fresh, respond('hello\r\n\r\n')],
    ['wrong content', fresh, respond(answer('goodbye'))],
    ['timeout', fresh, () => {}],
    ['timeout', fresh, respond(good.slice(0, -2))],
    ['status 4xx', fresh, respond(answer('no', '404 Not Found'))],
    ['status 500', fresh, respond(answer('no', '500 Internal Server Error'))],
    ['status 502', fresh, respond(answer('no', '502 Bad Gateway'))],
    ['status 503', kept, respond(answer('no', '503 Service Unavailable'))],
  ])('%s (%#)', async (name, streams, treat) => {
    const result = await load({ url: await roughServer(treat), streams }, someFailed)
    expect(result.failures).toEqual({ [name]: result.failed })
  })

  test('connect refused', async () => {
    const result = await load({ url: await nobody(), streams: fresh }, someFailed)
    expect(result.failures).toEqual({ 'connect refused': result.requests })
  })

  test('connect timeout', async () => {
    const result = await load(
      { url: await deafServer(), streams: fresh },
      ({ failures }) => !!failures['connect timeout'],
    )
    const { timeout = 0, 'connect timeout': refused = 0, ...others } = result.failures
    expect([others, refused + timeout]).toEqual([{}, result.failed])
  })

  test('several at once, each on its own', async () => {
    let count = 0
    const url = await roughServer((socket, turn, request) =>
      [close, reset, respond(good)][count++ % 3]?.(socket, turn, request),
    )
    const result = await load({ url, streams: fresh }, someFailed)
    expect(Object.keys(result.failures).sort()).toEqual(['closed', 'reset'])
    expect(result.failed).toBeLessThan(result.requests)
  })
})

describe('nothing is sent twice', () => {
  test.each([
    ['close', fresh],
    ['kept', kept],
  ])('whatever becomes of it (%s)', async (_, streams) => {
    let came = 0
    const url = await roughServer((socket, turn, request) => {
      came++
      later(turn % 2 ? close : reset)(socket, turn, request)
    })
    const { requests } = await load({ url, streams }, (result) => result.requests > 50)
    expect(came).toBe(requests)
  })
})

describe('an idle connection that the server closes', () => {
  test.each([
    ['at once', 0],
    ['while the client waits', 2],
    ['just when the client comes back', 5],
  ])('is no failure: %s', async (_, ms) => {
    const url = await roughServer((socket) => {
      socket.write(good)
      setTimeout(() => socket.end(), ms)
    })
    const streams = { ...nothing, 'keep-alive': { clients: 1, pauseMs: 6 } }
    const result = await load({ url, streams }, ({ requests }) => requests > 150)
    expect(result.failures).toEqual({})
  })
})
