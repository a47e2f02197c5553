/** What a host is to the others, in the order in which they are patched: nothing of the site depends on the last ones. */
export const tiers = ['balancer', 'app', 'database', 'other'] as const

export type Tier = (typeof tiers)[number]

/** A package that apt would put on a host, or a newer version of it. */
export interface Upgrade {
  readonly name: string
  /** Null for one that comes along with others. */
  readonly from: string | null
  readonly to: string
  /** It comes from an archive of security fixes. */
  readonly security: boolean
}

/** What patching would do to a host. */
export interface PatchPlan {
  readonly host: string
  readonly tier: Tier
  /** Anything would be done. */
  readonly pending: boolean
  readonly upgrades: readonly Upgrade[]
  /** dpkg was cut short, and has to finish first: what comes then is known only afterwards. */
  readonly unfinished: boolean
  /** Services that still use what was replaced before. */
  readonly restarts: readonly string[]
  /** `expected`: what is to come will ask for it, as far as is known before. */
  readonly reboot: 'no' | 'expected' | 'required'
  /** Why. */
  readonly because: readonly string[]
  /** An earlier run has begun it, and was cut short. */
  readonly begun: boolean
  /** Nothing there knows which services use what is replaced. */
  readonly blind: boolean
}
