import type { Pool } from '../../core/rotation.ts'
import type { HeldHost } from '../held-host.ts'
import type { Balancer } from './rotation.ts'

/** A host of a rollout as one that sends requests to servers. */
export const balancerOn = (host: HeldHost, pools: readonly Pool[]): Balancer => ({
  ...{ host: host.name, pools },
  ask: (script) => host.ask(script),
  tell: (script) => host.tell(script),
})
