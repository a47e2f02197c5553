import type { Epoch } from '../../core/database.ts'
import { FettleError } from '../../core/error.ts'
import { balancerMaps } from '../../core/haproxy.ts'
import { HeldHost } from '../held-host.ts'
import { mapScript } from '../rotation/map.ts'
import type { Cluster, ClusterBalancer } from './cluster.ts'

/**
 * Has balancers know the newest promotion: from then on nobody who has not heard of it is the writer to them. Resolves
 * with what had to be left: they ask servers all the same, and these say who they are.
 */
export const route = async ({ name, balancers }: Cluster, { number }: Epoch): Promise<readonly string[]> => {
  const told = await Promise.all(balancers.map((balancer) => tellBalancer(name, balancer, number)))
  return told.flat()
}

const tellBalancer = async (
  cluster: string,
  { name, held }: ClusterBalancer,
  number: number,
): Promise<readonly string[]> => {
  const left = `balancer ${name} has not heard of promotion ${number} (fettle db resume tells it)`
  if (!(held instanceof HeldHost)) return [left]
  try {
    await held.step(
      `have ${name} know of promotion ${number}`,
      `(${mapScript(balancerMaps.promotions, { [cluster]: `${number}` })})`,
    )
    return []
  } catch (error) {
    if (!(error instanceof FettleError)) throw error
    return [`${left}: ${error.message}`]
  }
}
