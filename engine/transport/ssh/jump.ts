import type { Duplex } from 'node:stream'
import type { Client } from 'ssh2'
import type { Target } from '../../core/ports.ts'
import { fault } from '../session/where.ts'
import type { Route } from './route.ts'

/**
 * A host on the way, `[USER@]HOST[:PORT]` or an ssh URL. Its keys are judged as strictly as the target's own; the
 * target's password and chosen keys are not shown to it.
 */
export const jumpTarget = (target: Target, jump: string): Target => {
  const [, user, bracketed, plain, port] =
    /^(?:ssh:\/\/)?(?:(.+)@)?(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?\/?$/.exec(jump) ?? []
  const { knownHosts, passphrase, hostKeys, deadlines } = target
  return {
    name: target.name,
    address: bracketed ?? plain ?? jump,
    transport: 'ssh',
    become: false,
    hostKeys,
    deadlines,
    ...(user !== undefined && { user }),
    ...(port !== undefined && { port: Number(port) }),
    ...(knownHosts && { knownHosts }),
    ...(passphrase && { passphrase }),
  }
}

/** A stream to the next host's port, made by the host before it. Errors: `host.unreachable`. */
export const forward = (client: Client, { host, port, where }: Route): Promise<Duplex> =>
  new Promise((resolve, reject) => {
    client.forwardOut('127.0.0.1', 0, host, port, (error, channel) => {
      if (!error) return resolve(channel)
      const message = `${where.login} cannot be reached from the host before it: ${error.message}`
      reject(fault(where, 'host.unreachable', message, {}, error))
    })
  })
