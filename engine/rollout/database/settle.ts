import type { Epoch } from '../../core/database.ts'
import { FettleError, type Problem, throwAll } from '../../core/error.ts'
import { type Cluster, hostNamed, lookAt } from './cluster.ts'
import type { Rightful } from './judge.ts'
import { type Answering, answers, isReached, type Member } from './member.ts'
import { needOf } from './need.ts'
import { close, follow, forget, mark, type Ordered, open, ordered, sourceOf, start } from './orders.ts'
import { untilReceiving } from './receiving.ts'
import { route } from './route.ts'
import { join, seed } from './seed.ts'
import { cannotFollow } from './versions.ts'

/** It takes writes, and waits for replicas as it was told to. */
const isOpen = ({ semiSync, seen: { server } }: Answering): boolean =>
  server.writable && server.semiSync.wanted === semiSync

/** Pure. The rightful writer is open, and everybody else follows it. */
export const isSettled = (members: readonly Member[], { epoch, writer: name }: Rightful): boolean => {
  const writer = members.find((member) => member.name === name)
  if (!epoch || !writer || !answers(writer) || !isOpen(writer)) return false
  const knows = ({ seen }: Answering) => seen.epoch?.number === epoch.number
  const stands = (member: Answering) => !member.seen.server.writable && needOf(member, writer) === 'nothing'
  return members.every((member) => answers(member) && knows(member) && (member === writer || stands(member)))
}

/**
 * Brings a cluster to what an epoch says: everybody else closed, everybody knows the writer, the writer open, the others
 * following it. Done twice, or after it was killed anywhere, it comes to the same. Resolves with what it had to leave.
 */
export const settle = async (cluster: Cluster, epoch: Epoch): Promise<readonly string[]> => {
  const before = await lookAt(cluster)
  const writer = ordered(cluster, before, epoch.writer)
  await Promise.all(
    before
      .filter(answers)
      .filter(({ name, seen }) => name !== epoch.writer && seen.server.writable)
      .map((member) => close({ host: hostNamed(cluster, member.name), member }, 'at any price')),
  )
  if (writer.member.seen.server.source) await forget(writer)
  await markAll(cluster, before, epoch)
  const others = before.filter(({ name }) => name !== epoch.writer)
  const [first, ...rest] = others
  const waits = writer.member.semiSync && others.every((member) => isToBeSeeded(member, writer.member))
  if (!waits || !first) {
    const [unaware] = await Promise.all([route(cluster, epoch), openOnce(writer)])
    return [...unaware, ...(await attachAll(cluster, others, writer))]
  }
  // Nothing is ever acknowledged until somebody follows, and a copy waits for what is being written.
  const left = await attach(cluster, first, writer)
  const [unaware] = await Promise.all([route(cluster, epoch), openOnce(writer)])
  return [...unaware, ...left, ...(await attachAll(cluster, rest, writer))]
}

const isToBeSeeded = (member: Member, writer: Answering): boolean =>
  answers(member) && needOf(member, writer) === 'seed'

const openOnce = async (writer: Ordered): Promise<void> => {
  if (!isOpen(writer.member)) await open(writer)
}

/**
 * All at once, but for those that get a copy: whoever gives it goes on serving, and gives one at a time. One that is refused
 * keeps the others from nothing.
 */
const attachAll = async (cluster: Cluster, members: readonly Member[], writer: Ordered): Promise<readonly string[]> => {
  const problems: Problem[] = []
  const attempt = (member: Member): Promise<readonly string[]> =>
    attach(cluster, member, writer).catch((error) => {
      if (!(error instanceof FettleError)) throw error
      problems.push(...error.problems)
      return []
    })
  const getsCopy = (member: Member) => isToBeSeeded(member, writer.member)
  const left = await Promise.all(members.filter((member) => !getsCopy(member)).map(attempt))
  for (const member of members.filter(getsCopy)) left.push(await attempt(member))
  throwAll(problems)
  return left.flat()
}

/** The writer's own mark is the last: who has none yet must not have been opened. */
const markAll = async (cluster: Cluster, members: readonly Member[], epoch: Epoch): Promise<void> => {
  const unaware = members.filter(
    (member) => isReached(member) && member.seen.epoch !== null && member.seen.epoch.number < epoch.number,
  )
  await Promise.all(
    unaware.filter(({ name }) => name !== epoch.writer).map(({ name }) => mark(hostNamed(cluster, name), epoch)),
  )
  const writer = members.find(({ name }) => name === epoch.writer)
  if (writer && isReached(writer) && writer.seen.epoch?.number !== epoch.number)
    await mark(hostNamed(cluster, epoch.writer), epoch)
}

/** Resolves with what it had to leave. Errors: `database.refused` where it could never follow. */
export const attach = async (cluster: Cluster, member: Member, writer: Ordered): Promise<readonly string[]> => {
  if (!answers(member)) return [`${member.name} is left as it is: its server does not answer`]
  const need = needOf(member, writer.member)
  const problem = need === 'nothing' ? null : cannotFollow(member, writer.member)
  if (problem) throw new FettleError(problem)
  if (typeof need === 'object') return [need.refused]
  const server = { host: hostNamed(cluster, member.name), member }
  if (need === 'seed') return seed(cluster, server, writer)
  if (need === 'join') return join(cluster, member.name, writer)
  if (need === 'nothing') return []
  if (need === 'start') await start(server)
  else await follow(server, sourceOf(writer, server, member.seen.server.source === null), writer.host.name)
  return untilReceiving(cluster, member.name)
}
