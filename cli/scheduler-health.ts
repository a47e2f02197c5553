import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { FettleError } from '../engine/core/error.ts'
import type { SchedulerState } from '../engine/schedule/scheduler.ts'
import type { Listening } from './options.ts'

/** Milliseconds without a look after which something is wrong: a store that others have is waited for a minute. */
const patience = 90_000

/**
 * Tells whoever asks for /healthz whether a scheduler goes on: 200, or 503 where it has not found out for 90 s what is
 * due. With the release that it belongs to, where there is one. Errors: `usage` where nobody can listen there.
 */
export const answer = async (at: Listening, state: () => SchedulerState): Promise<Server> => {
  const server = createServer(({ method, url }, response) => {
    if (url !== '/healthz') return end(response, 404, { error: 'there is only /healthz' })
    if (method !== 'GET' && method !== 'HEAD') return end(response, 405, { error: 'it can only be asked for' })
    const { looked, running } = state()
    const goesOn = looked !== null && Date.now() - looked < patience
    end(response, goesOn ? 200 : 503, { looked: looked === null ? null : new Date(looked).toISOString(), running })
  })
  server.listen(at.port, at.address)
  await once(server, 'listening').catch((error: Error) => {
    throw new FettleError({ code: 'usage', message: `cannot listen: ${error.message}`, hint: 'see --listen' })
  })
  // Who asks does not keep it from ending.
  return server.unref()
}

const end = (response: ServerResponse, status: number, body: object): void => {
  const release = process.env.RELEASE
  response.writeHead(status, {
    ...{ 'content-type': 'application/json', connection: 'close', 'cache-control': 'no-store' },
    ...(release !== undefined && { 'x-release': release }),
  })
  response.end(`${JSON.stringify(body)}\n`)
}
