import type { Claim } from '../../engine/converge/state/lease.ts'
import type { Emit } from '../../engine/core/event.ts'
import { asRun as recorded } from '../as-run.ts'
import type { ClusterSite } from './cluster-site.ts'

/** What changes a cluster. Resolves with what it had to leave; null for not wanted. */
export type ClusterWork = (emit: Emit, claim: Claim) => Promise<readonly string[] | null>

/** Does such work as a run, with a journal of its own. */
export const asRun = (
  site: ClusterSite,
  show: Emit,
  work: ClusterWork,
  run?: string,
): Promise<readonly string[] | null> => {
  const hosts = site.hosts.map(({ name }) => name)
  return recorded(
    { ...site, hosts },
    show,
    async (emit, claim) => {
      const left = await work(emit, claim)
      for (const message of left ?? []) emit({ type: 'warning', host: '', message })
      return left
    },
    (left) => hosts.map((host) => ({ host, outcome: left === null ? 'pending' : 'changed' })),
    run,
  )
}
