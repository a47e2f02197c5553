import { connect, type Socket } from 'node:net'
import { fault } from '../session/where.ts'
import type { Route } from './route.ts'

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  EHOSTUNREACH: 'there is no way to that host',
  ENETUNREACH: 'there is no way to that network',
  ETIMEDOUT: 'it does not answer',
  ENOTFOUND: 'the name is not known',
  EAI_AGAIN: 'the name cannot be looked up now',
}

const hint = 'look at ansible_host and ansible_port in the inventory, or take the others with --limit'

/**
 * A plain connection without Nagle's delay, which costs 40 ms for each exchange; within so many milliseconds, where they
 * are limited. Errors: `host.unreachable`.
 */
export const dial = ({ host, port, where }: Route, signal: AbortSignal, within = 0): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true, timeout: within })
    const stop = () => socket.destroy(Object.assign(new Error(), { code: 'ETIMEDOUT' }))
    signal.addEventListener('abort', stop, { once: true })
    socket.once('timeout', stop)
    socket.once('error', (error: NodeJS.ErrnoException) => {
      signal.removeEventListener('abort', stop)
      const code = error.code ?? ''
      const why = reasons[code] ?? error.message
      reject(fault(where, 'host.unreachable', `${where.login} cannot be reached: ${why}`, { hint }, error))
    })
    socket.once('connect', () => {
      signal.removeEventListener('abort', stop)
      socket.removeAllListeners('error').removeAllListeners('timeout').setTimeout(0)
      // Until somebody listens: what goes wrong then shows as a socket that is closed.
      socket.on('error', () => undefined)
      resolve(socket)
    })
    if (signal.aborted) stop()
  })
