import {
  type Agent,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as plain,
} from 'node:http'
import { request as secure } from 'node:https'
import { setImmediate as afterInput } from 'node:timers/promises'
import { type Expectation, judge } from './answer.ts'
import { classOf, type Failure } from './failure.ts'
import { type Place, placed } from './place.ts'

export interface Limits {
  /** Milliseconds until a connection must be there. */
  readonly connectMs: number
  /** Milliseconds until the whole answer must be there. */
  readonly answerMs: number
}

export interface Ask {
  readonly url: URL
  readonly expected: Expectation
  /** False: a connection of its own, with `Connection: close`. */
  readonly agent: Agent | false
  readonly limits: Limits
  /** Default: as its name says. */
  readonly place?: Place
  /** Sent as JSON with POST. Default: a GET. */
  readonly json?: unknown
}

/** What came of a request. The headers are there where the head of an answer was. */
export interface Exchange {
  readonly failure: Failure | null
  readonly headers: IncomingHttpHeaders | null
}

const write = ({ url, agent, place, json }: Ask): ClientRequest => {
  const request = url.protocol === 'https:' ? secure : plain
  const options = { agent, ...placed(place) }
  if (json === undefined) return request(url, options).end()
  const body = JSON.stringify(json)
  const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }
  return request(url, { ...options, method: 'POST', headers }).end(body)
}

const bodyOf = async (message: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/**
 * Ends a request whose time is over; says so to `fail` first. Where this process itself was held up, what came in
 * meanwhile is read before that: it may be in time.
 */
const limit = (sent: ClientRequest, { connectMs, answerMs }: Limits, fail: (failure: Failure) => void) => {
  let [connected, over] = [false, false]
  const end = (failure: Failure) => {
    fail(failure)
    sent.destroy()
  }
  const connect = setTimeout(async () => {
    await afterInput()
    if (!connected && !over) end({ class: 'connect timeout', detail: `${connectMs} ms` })
  }, connectMs)
  const answer = setTimeout(async () => {
    await afterInput()
    if (!over) end({ class: 'timeout', detail: `${answerMs} ms` })
  }, answerMs)
  return {
    connected: () => {
      connected = true
      clearTimeout(connect)
    },
    over: () => {
      over = true
      clearTimeout(connect)
      clearTimeout(answer)
    },
  }
}

/** Sends one request, once. Never rejects: whatever happens is an outcome. */
export const perform = async (ask: Ask): Promise<Exchange> => {
  await afterInput()
  const { promise, resolve } = deferred<Exchange>()
  const sent = write(ask)
  let connected = false
  let headers: IncomingHttpHeaders | null = null
  const fail = (failure: Failure) => resolve({ failure, headers })
  const limits = limit(sent, ask.limits, fail)
  const connects = () => {
    connected = true
    limits.connected()
  }
  const broke = (error: NodeJS.ErrnoException) => {
    const progress = { connected, reused: sent.reusedSocket, answered: headers !== null }
    fail({ class: classOf(error, progress), detail: error.message })
  }
  sent.on('error', broke)
  sent.once('socket', (socket) => (socket.connecting ? socket.once('connect', connects) : connects()))
  sent.once('response', (message) => {
    headers = message.headers
    const answer = { status: message.statusCode ?? 0, headers: message.headers }
    bodyOf(message).then((body) => resolve({ failure: judge({ ...answer, body }, ask.expected), headers }), broke)
  })
  return promise.finally(limits.over)
}

const deferred = <Value>() => {
  let resolve: (value: Value) => void = () => {}
  const promise = new Promise<Value>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
