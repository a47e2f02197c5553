import type { Claim } from '../../converge/state/lease.ts'
import { HeldHost } from '../held-host.ts'
import { holdingAll } from '../leases.ts'
import type { Cluster } from './cluster.ts'

/** A change to a whole cluster, whatever it is to bring. */
export interface Operation {
  readonly cluster: Cluster
  readonly claim: Claim
  /** Wait for others who are changing these hosts. */
  readonly wait: boolean
  /** Asked once, with what is going to be done, before anything is. */
  readonly approve: (steps: readonly string[]) => Promise<boolean>
}

/** With the right to change all hosts that can be reached, balancers too. */
export const holding = async <Value>(
  { cluster, claim, wait }: Omit<Operation, 'approve'>,
  work: (cluster: Cluster) => Promise<Value>,
): Promise<Value> => {
  const all = [...cluster.hosts, ...cluster.balancers]
  const reached = new Set(all.flatMap(({ held }) => (held instanceof HeldHost ? [held] : [])))
  return holdingAll([...reached], { claim, wait, emit: cluster.emit }, () => work(cluster))
}
