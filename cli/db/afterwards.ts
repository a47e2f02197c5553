import type { Claim } from '../../engine/converge/state/lease.ts'
import { FettleError, type Problem } from '../../engine/core/error.ts'
import type { Emit, HostResult } from '../../engine/core/event.ts'
import { resumeUnasked } from '../../engine/rollout/database/resume.ts'
import type { SeenSite } from '../seen-site.ts'
import { clustersOf, enterCluster } from './cluster-site.ts'

interface Provisioning {
  readonly claim: Claim
  readonly wait: boolean
  readonly emit: Emit
}

/**
 * Brings the clusters of hosts that were provisioned to what their newest promotions say; warns of what is left.
 * Resolves with what went wrong.
 */
export const settleClustersOf = async (
  results: readonly HostResult[],
  site: SeenSite,
  { claim, wait, emit }: Provisioning,
): Promise<readonly Problem[]> => {
  const hosts = new Set(results.map(({ host }) => host))
  const failed = results.filter(({ problem }) => problem).map(({ host }) => host)
  const clusters = [...clustersOf(site).values()].filter((each) => each.hosts.some(({ name }) => hosts.has(name)))
  const problems: Problem[] = []
  for (const each of clusters) {
    try {
      const left = await enterCluster(each, site.lookAt, emit, (cluster) =>
        resumeUnasked({ cluster, claim, wait }, failed),
      )
      for (const message of left) emit({ type: 'warning', message })
    } catch (error) {
      if (!(error instanceof FettleError)) throw error
      for (const { message } of error.problems) emit({ type: 'warning', message: `cluster "${each.name}": ${message}` })
      problems.push(...error.problems)
    }
  }
  return problems
}
