import { FettleError } from '../../core/error.ts'
import { type Cluster, lookAt } from './cluster.ts'
import { heardBy, isUnaware } from './heard.ts'
import { type Rightful, rightful } from './judge.ts'
import { answers, isReached, type Member } from './member.ts'
import { holding, type Operation } from './operation.ts'
import { isSettled, settle } from './settle.ts'

/**
 * Brings a cluster to what its newest promotion says, a new one to its first writer: after a reboot, after something was
 * killed half-way. Resolves with what had to be left as it is, null where it was not wanted. Errors: `database.refused`
 * where a host cannot be reached, which may have heard of a newer one.
 */
export const resume = async (operation: Operation): Promise<readonly string[] | null> => {
  const { cluster, approve } = operation
  const seen = await lookAt(cluster)
  refuseUnreached(cluster, seen)
  const { writer } = rightful(seen, cluster.primary)
  refuseSilent(cluster, seen, writer)
  const others = cluster.hosts.filter(({ name }) => name !== writer)
  if (!(await approve([`${writer} takes writes`, ...others.map(({ name }) => `${name} follows ${writer}`)])))
    return null
  return bringToNewest(operation)
}

/** What was seen before the leases were held may be otherwise by now. */
const bringToNewest = (operation: Omit<Operation, 'approve'>): Promise<readonly string[]> =>
  holding(operation, async (held) => {
    const members = await lookAt(held)
    refuseUnreached(held, members)
    const { epoch, writer } = rightful(members, held.primary)
    refuseSilent(held, members, writer)
    return settle(held, epoch ?? { number: 1, writer })
  })

/**
 * The same after its hosts were provisioned, where anything is to be done, and without a question. Nothing is where the
 * writer does not answer, or somebody cannot be reached who may know of another one; and no cluster is begun with a host
 * that has failed, which may have been refused. Resolves with what had to be left.
 */
export const resumeUnasked = async (
  operation: Omit<Operation, 'approve'>,
  failed: readonly string[],
): Promise<readonly string[]> => {
  const { cluster } = operation
  const [members, heard] = await Promise.all([lookAt(cluster), heardBy(cluster)])
  const rightly = rightful(members, cluster.primary)
  if (isSettled(members, rightly) && !heard.some((each) => isUnaware(each, rightly.epoch))) return []
  const reasons = [...reasonsToLeave(members, rightly), ...(rightly.epoch ? [] : reasonsNotToBegin(members, failed))]
  if (reasons.length > 0) return reasons.map((reason) => `cluster "${cluster.name}" is left as it is: ${reason}`)
  return bringToNewest(operation)
}

const reasonsToLeave = (members: readonly Member[], { writer }: Rightful): readonly string[] => [
  ...(members.some(({ name }) => name === writer) ? [] : [`its writer, ${writer}, is no host of it any more`]),
  ...members
    .filter((member) => !isReached(member) || (member.name === writer && !answers(member)))
    .map(({ name }) => `${name} does not answer`),
]

const reasonsNotToBegin = (members: readonly Member[], failed: readonly string[]): readonly string[] =>
  members.filter(({ name }) => failed.includes(name)).map(({ name }) => `${name} has failed`)

const refuseUnreached = ({ name }: Cluster, members: readonly Member[]): void => {
  const unreached = members.filter((member) => !isReached(member))
  if (unreached.length === 0) return
  throw new FettleError({
    code: 'database.refused',
    message: `nobody can tell who is the writer of "${name}" while a host of it cannot be reached`,
    detail: unreached.map((member) => member.name).join('\n'),
    hint: 'where it is gone for good, take it out of the inventory; where it was the writer, fettle db failover',
  })
}

/** A failover that was cut short before it promoted anybody is begun anew. */
const refuseSilent = ({ name }: Cluster, members: readonly Member[], writer: string): void => {
  const member = members.find((each) => each.name === writer)
  if (!member || answers(member)) return
  throw new FettleError({
    code: 'database.refused',
    host: writer,
    message: `${writer} is the writer of "${name}" by its newest promotion, and its server does not answer`,
    hint: 'start it; where it is gone, fettle db failover',
  })
}
