import { client } from '../../core/database-client.ts'
import { FettleError } from '../../core/error.ts'
import { type Cluster, heldOf, hostNamed, lookAt } from './cluster.ts'
import { rightful } from './judge.ts'
import { holding, type Operation } from './operation.ts'
import { ordered } from './orders.ts'
import { seed } from './seed.ts'
import { attach } from './settle.ts'

/**
 * Lets a server that was away follow the writer again. Errors: `database.refused` where it has what the writer never had,
 * or is the writer.
 */
export const rejoin = (operation: Operation, name: string): Promise<readonly string[] | null> =>
  comeBack(operation, name, `${name} follows the writer again`, async (cluster) => {
    const members = await lookAt(cluster)
    const writer = ordered(cluster, members, rightful(members, cluster.primary).writer)
    const refused = await attach(cluster, ordered(cluster, members, name).member, writer)
    if (refused.length > 0) throw new FettleError({ code: 'database.refused', host: name, message: refused.join('; ') })
    return []
  })

/** Replaces all that a server has by a copy of what the others have. Errors: `database.refused` for the writer itself. */
export const reseed = (operation: Operation, name: string): Promise<readonly string[] | null> =>
  comeBack(operation, name, `all that ${name} has is replaced by a copy of the writer's`, async (cluster) => {
    const members = await lookAt(cluster)
    const writer = ordered(cluster, members, rightful(members, cluster.primary).writer)
    return seed(cluster, ordered(cluster, members, name), writer)
  })

const comeBack = async (
  operation: Operation,
  name: string,
  step: string,
  work: (cluster: Cluster) => Promise<readonly string[]>,
): Promise<readonly string[] | null> => {
  const host = hostNamed(operation.cluster, name)
  const { writer } = rightful(await lookAt(operation.cluster), operation.cluster.primary)
  if (writer === name) throw new FettleError({ code: 'database.refused', host: name, message: `${name} is the writer` })
  if (!(await operation.approve([step]))) return null
  return holding(operation, async (cluster) => {
    await heldOf(host).step(
      `start the server of ${name}`,
      `${client}\nsystemctl unmask "$unit" && systemctl unmask --runtime "$unit" && systemctl start "$unit"`,
    )
    return work(cluster)
  })
}
