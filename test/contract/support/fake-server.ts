import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import ssh2, { type AuthContext, type Session } from 'ssh2'
import type { Target } from '../../../engine/core/ports.ts'
import { knownName } from '../../../engine/transport/known-hosts/entry.ts'
import { newKey } from '../../../scripts/build/host.ts'
import { target } from './sshd.ts'

export interface Listening {
  readonly port: number
  stop(): void
}

/** A TCP server on the loopback that is no SSH server. */
export const listen = async (meet: (socket: Socket) => void): Promise<Listening> => {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    meet(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const stop = () => {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
  return { port: portOf(server), stop }
}

const portOf = (server: Pick<Server, 'address'>): number => {
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

export interface FakeServer extends Listening {
  /** The line that makes it known. */
  readonly known: string
  readonly target: Target
}

interface Behaviour {
  authenticate(context: AuthContext): void
  serve?(session: Session): void
}

const hostKey = newKey()

/** An SSH server that does what OpenSSH cannot be made to do. */
export const fakeServer = async ({ authenticate, serve }: Behaviour): Promise<FakeServer> => {
  const server = new ssh2.Server({ hostKeys: [hostKey.private] }, (client) => {
    client.on('error', () => undefined)
    client.on('authentication', authenticate)
    client.on('session', (accept) => serve?.(accept()))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const port = portOf(server as unknown as Server)
  const known = `${knownName('127.0.0.1', port)} ${hostKey.public}`
  return { port, known, target: target(port), stop: () => server.close() }
}
