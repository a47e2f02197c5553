import { groupBy } from '../../core/group-by.ts'
import { ownComment } from '../../core/listen.ts'
import type { Session } from '../../core/ports.ts'
import { connectFrom, connectFromHere, type Reach } from './connect.ts'
import { tryDatagrams } from './datagram.ts'
import { type Probe, portText, probesOf } from './probes.ts'
import { nameOf, type Source, type Walled } from './walled.ts'

export interface Verified {
  /** How many connections were tried, and attempts with datagrams. */
  readonly tried: number
  readonly findings: readonly Finding[]
  /** What was not tried, in words. */
  readonly skipped: readonly string[]
}

/** An attempt that came out otherwise than it is described. */
export interface Finding {
  readonly host: string
  /** Who may not reach what, and does; or the other way round. */
  readonly message: string
  /** A rule that somebody else made lets it in, in ufw's words. */
  readonly because: string | null
}

/** As a person is told. */
export const findingText = ({ message, because }: Finding): string =>
  because ? `${message}: somebody else’s rule, ${because}` : message

/** Tries whether hosts let in whom they should, and nobody else: from this machine and from those hosts with a session. */
export const verifyReach = async (
  walled: readonly Walled[],
  sources: readonly Source[],
  sessions: ReadonlyMap<string, Session>,
): Promise<Verified> => {
  const chosen = walled.map((to, turn) => probesOf(to, sources, turn))
  const probes = chosen.flatMap((each) => each.probes)
  const { outcomes, untold } = await tryAll(probes, sessions)
  const isHere = new Set(walled.map(({ host }) => host.name).filter((name) => !isRoundabout(name, outcomes, sessions)))
  const judged = outcomes.filter(({ probe }) => probe.from || isHere.has(probe.to.host.name))
  // A busy machine answers late: what came out wrong has a second try.
  const again = await tryAll(
    judged.filter(isWrong).map(({ probe }) => probe),
    sessions,
  )
  const findings = await Promise.all(again.outcomes.filter(isWrong).map((outcome) => findingOf(outcome, sessions)))
  const ways = walled.flatMap(({ host: { name } }) => (isHere.has(name) ? [] : [otherWay(name)]))
  const skipped = [...chosen.flatMap((each) => each.skipped), ...new Set([...untold, ...again.untold]), ...ways]
  return { tried: judged.length, findings, skipped }
}

const otherWay = (name: string) => `${name} from here: it is reached by a jump host, or by another address`

interface Tried {
  readonly outcomes: readonly Outcome[]
  /** What nobody could see the end of, in words. */
  readonly untold: readonly string[]
}

const tryAll = async (probes: readonly Probe[], sessions: ReadonlyMap<string, Session>): Promise<Tried> => {
  const possible = probes.filter(({ from }) => !from || sessions.has(from.name))
  const over = (protocol: Probe['protocol']) => possible.filter((probe) => probe.protocol === protocol)
  const bySource = [...groupBy(over('tcp'), ({ from }) => from)]
  const connected = await Promise.all(bySource.map(([from, own]) => tryFrom(from, own, sessions)))
  const arrivals = [...(await tryDatagrams(over('udp'), sessions))]
  return {
    outcomes: [
      ...connected.flat(),
      ...arrivals.flatMap(([probe, arrival]) => ('reach' in arrival ? [{ probe, reach: arrival.reach }] : [])),
    ],
    untold: arrivals.flatMap(([{ to, ...probe }, arrival]) =>
      'untold' in arrival ? [`port ${portText(probe)} of ${to.host.name}: ${arrival.untold}`] : [],
    ),
  }
}

/** We are logged in to it, and yet nothing that it lets us in to can be reached from here. */
const isRoundabout = (name: string, outcomes: readonly Outcome[], sessions: ReadonlyMap<string, Session>): boolean => {
  const own = outcomes.filter(({ probe }) => probe.to.host.name === name && probe.from === null && probe.allowed)
  return (
    sessions.has(name) && own.length > 0 && own.every(({ reach }) => reach === 'filtered' || reach === 'unreachable')
  )
}

interface Outcome {
  readonly probe: Probe
  readonly reach: Reach
}

const tryFrom = async (
  from: Source,
  probes: readonly Probe[],
  sessions: ReadonlyMap<string, Session>,
): Promise<readonly Outcome[]> => {
  const session = from && sessions.get(from.name)
  const reaches = session ? await connectFrom(session, probes) : await connectFromHere(probes)
  return probes.map((probe, index) => ({ probe, reach: reaches[index] ?? 'unreachable' }))
}

const isWrong = ({ probe, reach }: Outcome): boolean =>
  (reach === 'open' || reach === 'closed') !== (probe.allowed !== null)

const findingOf = async ({ probe, reach }: Outcome, sessions: ReadonlyMap<string, Session>): Promise<Finding> => {
  const { from, to, address, allowed } = probe
  const port = portText(probe)
  const { name } = to.host
  const at = address === to.host.address ? '' : ` (${address})`
  if (allowed)
    return {
      host: name,
      message: `${nameOf(from)} may reach port ${port} of ${name}${at} and does not: it is ${reach}`,
      because: null,
    }
  const message = `${nameOf(from)} reaches port ${port} of ${name}${at}, which no role opens to it`
  return { host: name, message, because: await strangersRule(probe, sessions.get(name)) }
}

const writtenComment = `comment=${Buffer.from(ownComment).toString('hex')}`

const strangersRule = async ({ port, protocol: of }: Probe, session: Session | undefined): Promise<string | null> => {
  if (!session) return null
  const rules = '/etc/ufw/user.rules /etc/ufw/user6.rules'
  const wanted = `^### tuple ### (allow|limit)[a-z_-]* (${of}|any) (${port}|any) `
  const { stdout } = await session.run(`grep -hE '${wanted}' ${rules} | grep -v '${writtenComment}'`)
  const [first = ''] = stdout.split('\n')
  const [action, protocol, open, , , from] = first.replace('### tuple ### ', '').split(' ')
  return first === '' ? null : `${action} ${open}/${protocol} from ${from}`
}
