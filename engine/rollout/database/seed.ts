import type { Flavor } from '../../core/database.ts'
import { FettleError } from '../../core/error.ts'
import { type Cluster, heldOf, lookAt } from './cluster.ts'
import { beginCopy, type Copy, forgetCopy } from './copy.ts'
import { donorOf } from './donor.ts'
import { type Answering, answers, follows, type Member } from './member.ts'
import { close, follow, mark, type Ordered, open, ordered, sourceOf } from './orders.ts'
import { untilReceiving } from './receiving.ts'
import { checkRoom } from './room.ts'
import { copyMariadb } from './seed-mariadb.ts'
import { copyMysql } from './seed-mysql.ts'
import { cannotCopy } from './versions.ts'

const copies: Readonly<Record<Flavor, Copy>> = { mariadb: copyMariadb, mysql: copyMysql }

/**
 * Gives a server a copy of everything and has it follow the writer. What an earlier run left copying is waited for, and
 * used; what was cut short is begun anew. Resolves with what it had to leave.
 * Errors: `database.refused`, `step.failed`, `database.failed`.
 */
export const seed = async (cluster: Cluster, server: Ordered, writer: Ordered): Promise<readonly string[]> => {
  const waited = await heldOf(server.host).untilQuiet()
  const members = await lookAt(cluster)
  const { name } = server.host
  const found = ordered(cluster, members, name)
  if (waited && found.member.seen.copy === 'taken') return join(cluster, name, writer)
  const closed = await copyTo(cluster, members, found, writer)
  const left = await join(cluster, name, writer)
  if (closed) await open(writer)
  return left
}

/** Nothing is touched before it is certain that the copy fits. Resolves with whether the writer had to be closed for it. */
const copyTo = async (
  cluster: Cluster,
  members: readonly Member[],
  server: Ordered,
  writer: Ordered,
): Promise<boolean> => {
  const donor = ordered(cluster, members, donorOf(members, server.member, writer.member).name)
  const problem = cannotCopy(server.member, donor.member)
  if (problem) throw new FettleError(problem)
  await heldOf(donor.host).untilQuiet()
  const size = await checkRoom(server, donor)
  const now = ordered(cluster, members, writer.host.name)
  const closes = isHeldUp(members, server.member, now.member)
  if (closes) await close(now, 'at any price')
  await beginCopy(server.host)
  await copies[server.member.seen.server.flavor](server, donor, size)
  return closes
}

/**
 * Pure. Where nobody but the server that gets its copy confirms what the writer commits, commits wait for the end of the copy,
 * and MySQL's copy waits for them in turn.
 */
export const isHeldUp = (members: readonly Member[], server: Answering, writer: Answering): boolean => {
  const { flavor, writable, semiSync } = writer.seen.server
  const confirms = (member: Answering): boolean =>
    member.name !== server.name && follows(member, writer) && member.seen.server.source?.receiver === 'running'
  return flavor === 'mysql' && writable && semiSync.wanted && !members.filter(answers).some(confirms)
}

/** Has a server with a whole copy follow the writer: only then the host is one of the cluster. */
export const join = async (cluster: Cluster, name: string, writer: Ordered): Promise<readonly string[]> => {
  const members = await lookAt(cluster)
  const fresh = ordered(cluster, members, name)
  await follow(fresh, sourceOf(writer, fresh, false), writer.host.name)
  const { epoch } = ordered(cluster, members, writer.host.name).member.seen
  if (epoch) await mark(fresh.host, epoch)
  await forgetCopy(fresh.host)
  return untilReceiving(cluster, name)
}
