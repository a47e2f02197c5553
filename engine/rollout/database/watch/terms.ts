import type { FailoverTerms } from '../../../core/database.ts'
import type { ClusterHost } from '../cluster.ts'

/** Those of a whole cluster: what all of its hosts say, and the command of one. */
export const termsOf = (hosts: readonly Omit<ClusterHost, 'held'>[], writer: string): FailoverTerms => {
  const all = hosts.map(({ said }) => said.failover)
  return {
    automatic: all.length > 0 && all.every(({ automatic }) => automatic),
    after: Math.max(...all.map(({ after }) => after)),
    damping: Math.max(...all.map(({ damping }) => damping)),
    fence: hosts.find(({ name }) => name === writer)?.said.failover.fence ?? null,
  }
}
