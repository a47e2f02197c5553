import type { Claim } from '../../converge/state/lease.ts'
import { holdingAll } from '../leases.ts'
import type { Intent } from './record.ts'
import type { Lost } from './roll.ts'
import { type DeploySite, heldHosts, lookAgain } from './site.ts'
import type { Wave } from './waves.ts'

/** A rollout, whatever it is to bring. */
export interface Rollout {
  readonly site: DeploySite
  readonly claim: Claim
  /** Wait for others who are changing these hosts. */
  readonly wait: boolean
  /** Asked once, before anything changes. */
  readonly approve: (waves: readonly Wave[]) => Promise<boolean>
  /** Runs a hook of the app's on this machine. Errors: `hook.failed`. */
  readonly hook: (when: 'before' | 'after', intent: Pick<Intent, 'release' | 'version'>) => Promise<void>
}

/** What a rollout came to: null where it was not wanted after all. */
export type Ending = { readonly lost: readonly Lost[] } | null

/** With the right to change all hosts, and knowing what they are like by then. */
export const holding = async <Value>(
  { site, claim, wait }: Rollout,
  work: (site: DeploySite) => Promise<Value>,
): Promise<Value> => {
  return holdingAll(heldHosts(site), { claim, wait, emit: site.emit }, async () => work(await lookAgain(site)))
}
