import { FettleError } from '../../core/error.ts'
import { type Cluster, lookAt } from './cluster.ts'
import { rightful } from './judge.ts'
import { isReached, type Member } from './member.ts'
import { holding, type Operation } from './operation.ts'
import { settle } from './settle.ts'

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
  const others = cluster.hosts.filter(({ name }) => name !== writer)
  if (!(await approve([`${writer} takes writes`, ...others.map(({ name }) => `${name} follows ${writer}`)])))
    return null
  return holding(operation, async (held) => {
    const members = await lookAt(held)
    refuseUnreached(held, members)
    const { epoch, writer } = rightful(members, held.primary)
    return settle(held, epoch ?? { number: 1, writer })
  })
}

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
