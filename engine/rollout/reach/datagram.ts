import { createSocket } from 'node:dgram'
import { isIP } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { addressesOf } from '../../core/addresses.ts'
import { groupBy } from '../../core/group-by.ts'
import type { Session } from '../../core/ports.ts'
import { command } from '../../core/shell.ts'
import type { Reach } from './connect.ts'
import type { Probe } from './probes.ts'
import { type Datagram, letIn } from './witness.ts'

/** What came of datagrams: what the counters of the host say that they were sent to, or why they say nothing. */
export type Arrival = { readonly reach: Reach } | { readonly untold: string }

/** Datagrams of one attempt, each from a port of its own: to the firewall each is the first of its kind. */
const many = 8
/** Milliseconds for which the counters are watched before and after. */
const quiet = 250
const patience = 1000

type Sessions = ReadonlyMap<string, Session>

/** Tries datagrams: one attempt at a time for each host, because its counters are the only witness. */
export const tryDatagrams = async (
  probes: readonly Probe[],
  sessions: Sessions,
): Promise<ReadonlyMap<Probe, Arrival>> => {
  const arrivals = new Map<Probe, Arrival>()
  const byTarget = [...groupBy(probes, ({ to }) => to.host.name).values()]
  const tryInTurn = async (own: readonly Probe[]) => {
    for (const probe of own) arrivals.set(probe, await tryDatagram(probe, sessions))
  }
  await Promise.all(byTarget.map(tryInTurn))
  return arrivals
}

const tryDatagram = async (probe: Probe, sessions: Sessions): Promise<Arrival> => {
  const { from, to, address, port } = probe
  const target = sessions.get(to.host.name)
  if (!target) return { untold: 'only its own counters tell, and nobody is logged in to it' }
  const own = from ? addressesOf(from) : []
  const read = () => countOf(target, { address, port, from: own.length > 0 ? own : null })
  const watched = await watch(read, ({ isExpected }) => setTimeout(isExpected ? quiet : 0))
  if (!watched) return { untold: 'only its own counters tell, and it does not show them' }
  const sent = await watch(read, () => send(probe, sessions))
  if (!sent) return { untold: 'it stopped to show its counters' }
  if (sent.answer === false) return { reach: 'unreachable' }
  return judge(await late(sent, read), (watched.gained * sent.duration) / watched.duration)
}

/** Others may reach the port meanwhile: who has let in too many of them cannot say that ours were among them. */
export const judge = (gained: number, others: number): Arrival => {
  if (gained < many / 2) return { reach: 'filtered' }
  return others < many / 4 ? { reach: 'open' } : { untold: 'too much else comes in there to tell' }
}

interface Watched<Answer> {
  readonly before: Count
  readonly gained: number
  readonly duration: number
  readonly answer: Answer
}

/** What a counter gains while something happens; null where it cannot be read. */
const watch = async <Answer>(
  read: () => Promise<Count | null>,
  happen: (before: Count) => Promise<Answer>,
): Promise<Watched<Answer> | null> => {
  const before = await read()
  if (!before) return null
  const since = performance.now()
  const answer = await happen(before)
  const after = await read()
  if (!after) return null
  return { before, gained: after.packets - before.packets, duration: performance.now() - since, answer }
}

/** A datagram may be under way for longer than we are: what is expected is waited for. */
const late = async ({ before, gained }: Watched<unknown>, read: () => Promise<Count | null>): Promise<number> => {
  let latest = gained
  const until = performance.now() + patience
  while (before.isExpected && latest < many && performance.now() < until) {
    await setTimeout(quiet)
    latest = Math.max(latest, ((await read())?.packets ?? 0) - before.packets)
  }
  return latest
}

interface Count {
  readonly packets: number
  /** There are rules that would let it in. */
  readonly isExpected: boolean
}

const countOf = async (target: Session, datagram: Datagram): Promise<Count | null> => {
  const families = { 0: ['iptables', 'ip6tables'], 4: ['iptables'], 6: ['ip6tables'] }[isIP(datagram.address)] ?? []
  const script = families.map((family) => `${family}-save -c -t filter`)
  const outcomes = await Promise.all(script.map((each) => target.run(each)))
  if (outcomes.some(({ exit }) => exit !== 0)) return null
  const counts = outcomes.map(({ stdout }) => letIn(stdout, datagram))
  return {
    packets: counts.reduce<number>((sum, count) => sum + (count ?? 0), 0),
    isExpected: counts.some((count) => count !== null),
  }
}

/** False where they could not even leave. */
const send = ({ from, address, port }: Probe, sessions: Sessions): Promise<boolean> => {
  const session = from && sessions.get(from.name)
  return session ? sendFrom(session, address, port) : sendFromHere(address, port)
}

const loop = `for each in $(seq ${many}); do printf . >"/dev/udp/$0/$1" || exit; done`

const sendFrom = async (session: Session, address: string, port: number): Promise<boolean> =>
  (await session.run(command('timeout', '5', 'bash', '-c', loop, address, String(port)))).exit === 0

const sendFromHere = async (address: string, port: number): Promise<boolean> => {
  const sent = await Promise.allSettled(Array.from({ length: many }, () => sendOne(address, port)))
  return sent.every(({ status }) => status === 'fulfilled')
}

const sendOne = (address: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = createSocket(isIP(address) === 6 ? 'udp6' : 'udp4')
    const end = (error: Error | null) => {
      socket.close()
      if (error) reject(error)
      else resolve()
    }
    socket.once('error', end)
    socket.send('.', port, address, end)
  })
