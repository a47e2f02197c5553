import { client } from '../../core/database-client.ts'
import { FettleError, type Problem } from '../../core/error.ts'
import { HeldHost } from '../held-host.ts'
import { type Cluster, heldOf, hostNamed, lookAt } from './cluster.ts'
import { count, type Gtids, isWithin, readGtids } from './gtids.ts'
import { rightful } from './judge.ts'
import { type Answering, answers, executedBy, isReached, type Member } from './member.ts'
import { holding, type Operation } from './operation.ts'
import { isAsFar, ordered, stopReceiving } from './orders.ts'
import { settle } from './settle.ts'

export interface Failover {
  /** The host that is to become the writer. Default: the most advanced one. */
  readonly to?: string
  /** Somebody answers for it that the old writer is off and stays off, where nobody can come in to it. */
  readonly fenced: boolean
  /** Switches a host off that nobody can come in to. Errors: `database.refused` where it is not certain that it is off. */
  readonly fence?: (host: string) => Promise<void>
  /** Replicas that have received nothing for long although they are connected, with what they have received. */
  readonly deaf?: ReadonlyMap<string, string>
}

/** Seconds for a replica to apply what it has received. */
const patience = 60

/**
 * Makes a replica the writer because the old one is gone. It is fenced first, and everything that a replica has received is
 * applied before one is chosen. Resolves with what was lost or had to be left, null where it was not wanted.
 * Errors: `database.refused`, `database.failed`, `lease.held`.
 */
export const failover = async (operation: Operation, how: Failover): Promise<readonly string[] | null> => {
  const { cluster, approve } = operation
  const seen = await lookAt(cluster)
  const { writer } = rightful(seen, cluster.primary)
  refuse(cluster, reasonsToWait(seen, writer, how))
  const next = how.to ?? 'the replica that has received most'
  const steps = [`${writer} is stopped, and stays so`, `${next} applies what it has received, and takes writes`]
  if (!(await approve([...steps, 'the others follow it']))) return null
  return holding(operation, (held) => takeOver(held, how))
}

const takeOver = async (cluster: Cluster, how: Failover): Promise<readonly string[]> => {
  const { to } = how
  const members = await lookAt(cluster)
  const { epoch, writer } = rightful(members, cluster.primary)
  refuse(cluster, reasonsToWait(members, writer, how))
  await fence(cluster, members, writer, how)
  const replicas = replicasOf(members, writer)
  await Promise.all(replicas.map(({ name }) => stopReceiving(ordered(cluster, members, name))))
  const drained = await drain(cluster, writer, to)
  const best = to ?? mostAdvanced(cluster, drained, writer)
  refuse(cluster, reasonsAgainstHeir(drained, best))
  const { lag } = ordered(cluster, drained, best).member.seen.server
  const left = await settle(cluster, { number: (epoch?.number ?? 0) + 1, writer: best })
  const unasked = unaskedOf(members, writer).map((name) => `what only ${name} had received is lost: it does not answer`)
  return [windowOf(best, lag), ...unasked, ...left.filter((line) => !line.startsWith(`${writer} `))]
}

/** Replicas of whom nobody knows what they have. */
const unaskedOf = (members: readonly Member[], writer: string): readonly string[] =>
  members.filter((member) => !answers(member) && member.name !== writer).map(({ name }) => name)

/** What was acknowledged after the last heartbeat that came may be lost, unless commits waited for a replica. */
const windowOf = (writer: string, lag: number | null): string =>
  lag === null
    ? `${writer} has never had a heartbeat: nobody knows what it lacks`
    : `${writer} had the last heartbeat ${lag.toFixed(1)} s ago: what was written since is lost, unless commits waited for it`

/**
 * A writer that anybody still hears is not gone. One that answers us, while every replica tries to come to it and cannot,
 * is cut off.
 */
export const reasonsToWait = (
  members: readonly Member[],
  writer: string,
  { to, deaf }: Pick<Failover, 'to' | 'deaf'> = {},
): readonly string[] => {
  const old = members.find(({ name }) => name === writer)
  const replicas = replicasOf(members, writer)
  const hearing = replicas.filter((member) => hears(member, deaf))
  const isCutOff = replicas.every(({ seen }) => seen.server.source?.receiver === 'connecting')
  return [
    ...(old && answers(old) && !isCutOff ? [`${writer} answers: fettle db switchover is for that`] : []),
    ...(replicas.length === 0 ? ['there is no replica that answers'] : []),
    ...hearing.map(({ name }) => `${name} still hears ${writer}`),
    ...(to !== undefined && !replicas.some(({ name }) => name === to) ? [`${to} is no replica that answers`] : []),
  ]
}

/** Connected to whom it follows, from whom it has had something lately, as far as anybody has watched it. */
export const hears = ({ name, seen }: Answering, deaf: Failover['deaf']): boolean => {
  const { source } = seen.server
  return source?.receiver === 'running' && deaf?.get(name) !== source.received
}

const reasonsAgainstHeir = (members: readonly Member[], to: string): readonly string[] =>
  members
    .filter(({ name, seen }) => name === to && 'copy' in seen && seen.copy !== null)
    .map(({ name }) => `${name} has no whole copy that it uses yet`)

const refuse = ({ name }: Cluster, reasons: readonly string[]): void => {
  if (reasons.length === 0) return
  const message = `there can be no failover in "${name}" now`
  throw new FettleError({ code: 'database.refused', message, detail: reasons.join('\n') })
}

/** MySQL that is cut off waits for its replicas before it ends; nobody was told of what it has not sent them. */
const stopForGood = `${client}
systemctl mask "$unit" || exit
timeout 2 systemctl stop "$unit" || systemctl kill --signal=KILL "$unit" || :
systemctl stop "$unit"`

/** The old writer must not come back as one before anything is opened. Errors: `database.refused`. */
const fence = async (
  cluster: Cluster,
  members: readonly Member[],
  writer: string,
  { fenced, fence: switchOff }: Pick<Failover, 'fenced' | 'fence'>,
): Promise<void> => {
  const { held } = hostNamed(cluster, writer)
  const member = members.find(({ name }) => name === writer)
  if (held instanceof HeldHost && member && isReached(member))
    return held.step(`stop ${writer} and keep it stopped`, stopForGood)
  if (fenced) return
  if (switchOff) return switchOff(writer)
  throw new FettleError({
    code: 'database.refused',
    host: writer,
    message: `nobody can come in to ${writer}, so nobody knows that it takes no writes any more`,
    detail: (held as Problem).message,
    hint: 'switch it off, or cut it from the network, then say so with --fenced',
  })
}

/**
 * Waits until the chosen one has applied what it has received, else until somebody has applied all that anybody has: who
 * is broken, or applies later on purpose, holds nobody up. Resolves with how all are then. Errors: `database.failed`.
 */
const drain = (cluster: Cluster, writer: string, to: string | undefined): Promise<readonly Member[]> => {
  const reached = cluster.hosts.filter(({ name, held }) => name !== writer && held instanceof HeldHost)
  const teller = reached.find(({ name }) => name === to) ?? reached[0] ?? hostNamed(cluster, writer)
  const end = Date.now() + patience * 1000
  return heldOf(teller).during('wait until what was received is applied', async () => {
    for (;;) {
      const members = await lookAt(cluster)
      const late = lateOf(replicasOf(members, writer), to)
      if (late.length === 0) return members
      const able = late.filter(({ seen }) => seen.server.source?.applier === 'running')
      if (able.length === 0 || Date.now() > end) return refuseLate(members, to)
      await Promise.all(able.map((member) => isAsFar(ordered(cluster, members, member.name), received(member), 2)))
    }
  })
}

/** Who has still to apply something before somebody can be chosen. */
const lateOf = (replicas: readonly Answering[], to: string | undefined): readonly Answering[] =>
  to === undefined && bestOf(replicas)
    ? []
    : replicas.filter((member) => (to === undefined || member.name === to) && !isDrained(member))

/** Nobody may become the writer who would throw away what it has received. */
const refuseLate = (members: readonly Member[], to: string | undefined): readonly Member[] => {
  if (to === undefined) return members
  const message = `${to} has not applied all that it has received`
  throw new FettleError({ code: 'database.failed', host: to, message })
}

/** Half a copy is nobody's heir. */
export const replicasOf = (members: readonly Member[], writer: string): readonly Answering[] =>
  members.filter(answers).filter(({ name, seen }) => name !== writer && seen.copy === null)

const received = ({ seen }: Answering): string => seen.server.source?.received ?? ''

const receivedBy = (member: Answering): Gtids => readGtids(member.seen.server.flavor, received(member))

const isDrained = (member: Answering): boolean => isWithin(receivedBy(member), executedBy(member))

/** Whoever has applied all that anybody has received; of several the one that has most. */
const bestOf = (replicas: readonly Answering[]): Answering | undefined => {
  const hasAllOf = (one: Answering, other: Answering): boolean =>
    [executedBy(other), receivedBy(other)].every((set) => isWithin(set, executedBy(one)))
  const [best] = replicas
    .filter((one) => replicas.every((other) => hasAllOf(one, other)))
    .sort((one, other) => count(executedBy(other)) - count(executedBy(one)))
  return best
}

/** Errors: `database.refused` where no replica has all that the others have. */
export const mostAdvanced = (cluster: Cluster, members: readonly Member[], writer: string): string => {
  const replicas = replicasOf(members, writer)
  const best = bestOf(replicas)
  if (best) return best.name
  throw new FettleError({
    code: 'database.refused',
    message: `each replica of "${cluster.name}" lacks transactions that another one has, or has not applied`,
    detail: replicas.map(describeMember).join('\n'),
    hint: 'whichever becomes the writer, the others must be reseeded: choose with --to',
  })
}

const describeMember = (member: Answering): string => {
  const { name, seen } = member
  const more = isDrained(member) ? '' : `, and has received ${received(member)}`
  return `${name}: ${seen.server.executed}${more}`
}
