import type { Epoch } from '../../core/database.ts'
import { type Cluster, hostNamed, lookAt } from './cluster.ts'
import { describeGtids } from './gtids.ts'
import type { Rightful } from './judge.ts'
import { type Answering, answers, errantOf, follows, isReached, type Member } from './member.ts'
import { close, follow, forget, mark, type Ordered, open, ordered, sourceOf, start } from './orders.ts'
import { route } from './route.ts'
import { seed } from './seed.ts'

/** What a server that is not the writer needs in order to follow it. */
export type Need = 'nothing' | 'start' | 'follow' | 'seed' | { readonly refused: string }

/** Pure. A server that was never one of the cluster gets a copy of everything first. */
export const needOf = (member: Answering, writer: Answering): Need => {
  const { source, databases } = member.seen.server
  const runs = source?.receiver === 'running' && source.applier === 'running'
  const asDescribed = follows(member, writer) && source?.verifies === member.verifies
  const errant = errantOf(member, writer)
  if (asDescribed && runs && errant.size === 0) return 'nothing'
  if (!member.seen.epoch)
    return databases === 0
      ? 'seed'
      : { refused: `${member.name} has databases of its own: fettle db reseed replaces them` }
  if (errant.size > 0)
    return {
      refused: `${member.name} has transactions that ${writer.name} never had (${describeGtids(errant)}): fettle db reseed`,
    }
  return asDescribed && !source?.trouble ? 'start' : 'follow'
}

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
      .map((member) => close({ host: hostNamed(cluster, member.name), member })),
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

/** All at once, but for those that get a copy: whoever gives it goes on serving, and gives one at a time. */
const attachAll = async (cluster: Cluster, members: readonly Member[], writer: Ordered): Promise<readonly string[]> => {
  const getsCopy = (member: Member) => isToBeSeeded(member, writer.member)
  const others = members.filter((member) => !getsCopy(member))
  const left = await Promise.all(others.map((member) => attach(cluster, member, writer)))
  for (const member of members.filter(getsCopy)) left.push(await attach(cluster, member, writer))
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

export const attach = async (cluster: Cluster, member: Member, writer: Ordered): Promise<readonly string[]> => {
  if (!answers(member)) return [`${member.name} is left as it is: its server does not answer`]
  const need = needOf(member, writer.member)
  if (typeof need === 'object') return [need.refused]
  const server = { host: hostNamed(cluster, member.name), member }
  if (need === 'seed') await seed(cluster, server, writer)
  else if (need === 'start') await start(server)
  else if (need === 'follow')
    await follow(server, sourceOf(writer, server, member.seen.server.source === null), writer.host.name)
  return []
}
