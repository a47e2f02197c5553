import { once } from 'node:events'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Client, ClientChannel } from 'ssh2'
import { command } from '../../core/shell.ts'
import { within } from '../session/limit.ts'
import { type Connection, type Ending, type ShellProcess, untilEnded } from '../session/process.ts'
import { fault, type Where } from '../session/where.ts'

interface Wire {
  readonly client: Client
  readonly socket: Duplex
  readonly where: Where
  /** Milliseconds of silence, although asked, after which the host counts as gone. */
  readonly idle: number
  /** What the socket goes through. */
  readonly below?: { readonly socket: Duplex } | undefined
}

/** How long a host may take to say goodbye, in milliseconds. */
const goodbye = 500

export const sshConnection = ({ client, socket, where, idle, below }: Wire): Connection => {
  let why = 'the connection was cut'
  client.on('error', (error) => {
    why = error.message
  })
  watchSilence(socket, idle, () => {
    why = `it has not answered for ${idle / 1000} s`
    socket.destroy()
  })
  return {
    start: (argv) => start(client, argv, where, () => why),
    close: async () => {
      if (socket.destroyed) return void below?.socket.destroy()
      client.end()
      if (socket instanceof Socket) return leaveTo(socket)
      await within({ timeout: goodbye }, once(socket, 'close'))
      socket.destroy()
      below?.socket.destroy()
    },
  }
}

/** All is said, and nobody waits for the answer: neither who closes nor the end of the process. */
const leaveTo = (socket: Socket): void => {
  socket.unref()
  setTimeout(() => socket.destroy(), goodbye).unref()
}

/** ssh2 asks for a sign of life three times in this period, so a host that lives is never silent for as long. */
const watchSilence = (socket: Duplex, idle: number, giveUp: () => void): void => {
  let silent = 0
  socket.on('data', () => {
    silent = 0
  })
  const timer = setInterval(() => {
    silent += 1
    if (silent >= 3) giveUp()
  }, idle / 3)
  socket.once('close', () => clearInterval(timer))
}

const start = (client: Client, argv: readonly string[], where: Where, why: () => string): Promise<ShellProcess> =>
  new Promise((resolve, reject) => {
    const fail = (error: Error & { readonly reason?: unknown }) => {
      const refused = error.reason !== undefined || error.message === 'Unable to exec'
      const message = refused ? `${where.login} lets us run nothing: ${error.message}` : `lost ${where.login}: ${why()}`
      reject(fault(where, refused ? 'host.unsupported' : 'connection.lost', message, {}, error))
    }
    // The log-in shell may be any: `exec` and single quotes mean the same in all of them.
    const line = `exec ${command(...argv)}`
    try {
      client.exec(line, (error, channel) => (error ? fail(error) : resolve(toProcess(channel, why))))
    } catch (error) {
      fail(error as Error)
    }
  })

const toProcess = (channel: ClientChannel, why: () => string): ShellProcess => {
  let ending: Ending | undefined
  const exited = new Promise<void>((resolve) => {
    channel.on('exit', (exit: number | null, signal?: string) => {
      ending = exit === null ? { type: 'killed', signal: signal ?? 'a signal' } : { type: 'exited', exit }
      resolve()
    })
  })
  const closed = Promise.all([channel, channel.stderr].map((stream) => new Promise((done) => stream.on('close', done))))
  channel.on('error', () => undefined)
  return {
    stdin: channel,
    stdout: channel,
    stderr: channel.stderr,
    kill: () => channel.signal('KILL'),
    ended: untilEnded(exited, closed).then(() => ending ?? { type: 'lost', why: why() }),
  }
}
