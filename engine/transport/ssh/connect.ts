import type { Duplex } from 'node:stream'
import type { Client } from 'ssh2'
import { FettleError } from '../../core/error.ts'
import type { Connect, Target } from '../../core/ports.ts'
import { ShellSession } from '../session/shell-session.ts'
import { fault } from '../session/where.ts'
import { sshConnection } from './connection.ts'
import { Deadline } from './deadline.ts'
import { dial } from './dial.ts'
import { hostKeysFor } from './host-key.ts'
import { forward, jumpTarget } from './jump.ts'
import { readKeyFiles } from './key-file.ts'
import { login } from './login.ts'
import { type Route, routeTo } from './route.ts'
import { loadSsh2 } from './ssh2.ts'
import { here, type Surroundings } from './surroundings.ts'

/** Logs in with ssh2 and opens one shell. Errors: those of `Connect`. */
export const connectSsh: Connect = (target, signal) => connectFrom(here())(target, signal)

export const connectFrom =
  (around: Surroundings): Connect =>
  async (target, signal) => {
    const route = await routeTo(target, around)
    const { where, user } = route
    const deadline = new Deadline(target.deadlines.connect)
    try {
      const stop = AbortSignal.any([deadline.signal, ...(signal ? [signal] : [])])
      const wire = await enter(target, route, { around, deadline, stop })
      return await ShellSession.open(sshConnection({ ...wire, where, idle: target.deadlines.idle }), {
        where,
        become: target.become && user !== 'root',
        becomePassword: target.becomePassword,
        deadline: target.deadlines.connect,
      })
    } catch (error) {
      if (signal?.aborted) throw fault(where, 'cancelled', `connecting to ${where.login} was cancelled`)
      if (error instanceof FettleError || !deadline.signal.aborted) throw error
      const message = `${where.login} did not let us in within ${target.deadlines.connect / 1000} s`
      throw fault(where, 'timeout', message, { hint: 'does it hang? fettle_connect_timeout gives it more seconds' })
    } finally {
      deadline.clear()
    }
  }

/** What a log-in and all log-ins on the way to it share. */
interface Attempting {
  readonly around: Surroundings
  readonly deadline: Deadline
  readonly stop: AbortSignal
}

interface Wire {
  readonly client: Client
  readonly socket: Duplex
  readonly below?: Wire | undefined
}

const enter = async (target: Target, route: Route, attempting: Attempting): Promise<Wire> => {
  const reaching = reach(target, route, attempting)
  const loading = loadSsh2()
  const reading = loading.then((ssh2) => readKeyFiles(route.keyFiles, ssh2.utils.parseKey))
  const [{ socket, below }, ssh2, files, hostKeys] = await Promise.all([
    reaching,
    loading,
    reading,
    hostKeysFor(route, target.otherPort === undefined ? target.hostKeys : 'strict'),
  ])
  const patiently = <Answer>(ask: () => Promise<Answer>) => attempting.deadline.waitFor(ask)
  try {
    const client = await login({ route, target, ssh2, files, hostKeys, patiently }, socket, attempting.stop)
    return { client, socket, below }
  } catch (error) {
    leave(below)
    throw error
  }
}

/** A connection to the host's port: our own, or one that the last of the hosts before it makes for us. */
const reach = async (target: Target, route: Route, attempting: Attempting): Promise<Omit<Wire, 'client'>> => {
  const jump = route.jumps.at(-1)
  if (jump === undefined) return { socket: await dial(route, attempting.stop, target.deadlines.answer) }
  const through = jumpTarget(target, jump)
  const onTheWay = await routeTo(through, attempting.around)
  const before = route.jumps.slice(0, -1)
  const below = await enter(through, before.length > 0 ? { ...onTheWay, jumps: before } : onTheWay, attempting)
  try {
    return { socket: await forward(below.client, route), below }
  } catch (error) {
    leave(below)
    throw error
  }
}

const leave = (wire: Wire | undefined): void => {
  wire?.socket.destroy()
  if (wire?.below) leave(wire.below)
}
