import type { Upgrade } from '../../core/patch.ts'

/** How much of what apt would upgrade is wanted. */
export type Extent = 'all' | 'security'

/** What there is to patch on a host. */
export interface HostState {
  readonly bootId: string
  /** It has the kernel of another machine. */
  readonly container: boolean
  readonly upgrades: readonly Upgrade[]
  /** dpkg was cut short, and has to finish first. */
  readonly unfinished: boolean
  /** Services that still use what was replaced, by `needrestart`; null where that is not there. */
  readonly stale: readonly string[] | null
  /** The same of those that it leaves to a reboot. */
  readonly deferred: readonly string[]
  /** Why the host wants to be rebooted; nothing where it does not. */
  readonly reboot: readonly string[]
  /** An earlier run has begun it, and was cut short. */
  readonly begun: boolean
  /** Units that had failed before that. */
  readonly failed: readonly string[]
  /** Ports at which that one has taken it out of rotation. */
  readonly out: readonly number[]
}
