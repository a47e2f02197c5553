import { connect } from 'node:net'
import PQueue from 'p-queue'
import type { Session } from '../../core/ports.ts'
import { command } from '../../core/shell.ts'
import type { Probe } from './probes.ts'

/** What came of it: `closed` is an answer too, by a port that nothing listens on; `filtered` is none. */
export type Reach = 'open' | 'closed' | 'filtered' | 'unreachable'

/** Milliseconds: long enough for a second try of TCP's own. */
const patience = 2500
const atOnce = 64

/** Tries connections from this machine. */
export const connectFromHere = async (probes: readonly Probe[]): Promise<readonly Reach[]> => {
  const queue = new PQueue({ concurrency: atOnce })
  return Promise.all(probes.map((probe) => queue.add(() => reachFromHere(probe))))
}

const reachFromHere = ({ address, port }: Probe): Promise<Reach> =>
  new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: patience })
    const end = (reach: Reach) => {
      socket.destroy()
      resolve(reach)
    }
    socket.once('connect', () => end('open'))
    socket.once('timeout', () => end('filtered'))
    socket.once('error', ({ code }: NodeJS.ErrnoException) => end(errors[code ?? ''] ?? 'unreachable'))
  })

const errors: Readonly<Record<string, Reach>> = { ECONNREFUSED: 'closed', ETIMEDOUT: 'filtered' }

const script = `
export LC_ALL=C
reach() { # number address port
  said=$(timeout ${patience / 1000} bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$2" "$3" 2>&1)
  case $?:$said in
    0:*) echo "$1 open" ;;
    *refused*) echo "$1 closed" ;;
    124:* | *'timed out'*) echo "$1 filtered" ;;
    *) echo "$1 unreachable" ;;
  esac
}
`

/** Tries connections from a host, many at once. */
export const connectFrom = async (session: Session, probes: readonly Probe[]): Promise<readonly Reach[]> => {
  const calls = probes.map(({ address, port }, index) => {
    const call = `${command('reach', String(index), address, String(port))} &`
    return index % atOnce === atOnce - 1 ? `${call}\nwait` : call
  })
  const { stdout } = await session.run(`${script}${calls.join('\n')}\nwait`, { timeout: 120_000 })
  const said = new Map(stdout.split('\n').map((line) => [line.split(' ')[0], line.split(' ')[1]] as const))
  return probes.map((_, index) => (said.get(String(index)) ?? 'unreachable') as Reach)
}
