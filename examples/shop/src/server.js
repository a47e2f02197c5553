import { createServer } from 'node:http'
import { Refusal, sendText } from './exchange.js'

/** Longer than any balancer in front keeps an idle connection for reuse: it is the balancer that closes first. */
const keepAliveTimeout = 65_000
const headersTimeout = 66_000

const routeOf = (routes, method, path) => {
  const verb = method === 'HEAD' ? 'GET' : method
  const exact = routes[`${verb} ${path}`]
  if (exact) return { handler: exact, segment: '' }
  const [, folder, segment] = /^(\/[^/]+\/)([^/]+)$/.exec(path) ?? []
  return { handler: routes[`${verb} ${folder}*`], segment }
}

const urlOf = (request) => {
  try {
    return new URL(request.url, 'http://shop')
  } catch {
    throw new Refusal(400, 'this is no address')
  }
}

const answer = async (routes, request, response) => {
  const { pathname, searchParams } = urlOf(request)
  const { handler, segment } = routeOf(routes, request.method, pathname)
  if (!handler) throw new Refusal(404, 'there is no such page')
  await handler(request, response, { segment, query: searchParams })
}

const tell = (response, error) => {
  const { status } = error
  if (!(error instanceof Refusal)) process.stderr.write(`${error.stack}\n`)
  if (response.headersSent) response.destroy()
  else sendText(response, status ?? 500, status ? error.message : 'something is broken here')
}

/** Who is connected, and what is being answered. */
const watched = (server) => {
  const idle = new Set()
  const running = new Set()
  server.on('connection', (socket) => {
    idle.add(socket)
    socket.once('close', () => idle.delete(socket))
  })
  server.on('request', ({ socket }, response) => {
    idle.delete(socket)
    running.add(response)
    response.once('close', () => {
      running.delete(response)
      if (!server.listening) socket.destroySoon()
      else if (!socket.destroyed) idle.add(socket)
    })
  })
  return { idle, running }
}

const closing = (response) => response.headersSent || response.setHeader('Connection', 'close')

/** A server of these routes. Every answer says by whom it is. */
export const shopServer = ({ routes, release, host }) => {
  const server = createServer({ keepAliveTimeout, headersTimeout }, (request, response) => {
    response.setHeader('X-Release', release)
    response.setHeader('X-Served-By', host)
    if (!server.listening) closing(response)
    answer(routes, request, response).catch((error) => tell(response, error))
  })
  const { idle, running } = watched(server)

  /** Takes nothing more, and resolves when all that runs is answered. What still runs after `limit` ms is cut. */
  const stop = (limit) =>
    new Promise((resolve) => {
      const cut = setTimeout(() => server.closeAllConnections(), limit)
      server.close(() => {
        clearTimeout(cut)
        resolve()
      })
      for (const response of running) closing(response)
      for (const socket of idle) socket.destroy()
    })

  return { server, stop }
}
