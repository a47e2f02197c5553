import type { Claim } from '../../converge/state/lease.ts'
import type { Problem } from '../../core/error.ts'
import type { PatchPlan } from '../../core/patch.ts'
import type { Extent } from './host-state.ts'
import type { RebootPolicy } from './pending.ts'
import type { PatchHost, PatchSite } from './site.ts'

/** What is to be patched, and how. */
export interface Patching {
  readonly site: PatchSite
  readonly claim: Claim
  /** Wait for others who are changing these hosts. */
  readonly wait: boolean
  readonly extent: Extent
  readonly reboot: RebootPolicy
  /** Seconds for which a host must stay well before it is sent requests again. */
  readonly soak: number
  /** Ends it where nothing is half-done. */
  readonly signal: AbortSignal
  /** Asked once, before anything changes, with why not all could be looked at. */
  readonly approve: (plans: readonly PatchPlan[], problems: readonly Problem[]) => Promise<boolean>
}

/** A wave that is about to begin: its hosts are told. */
export type Wave = (hosts: readonly PatchHost[]) => Promise<void>
