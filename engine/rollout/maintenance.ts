import type { Claim } from '../converge/state/lease.ts'
import type { Emit } from '../core/event.ts'
import { balancerMaps } from '../core/haproxy.ts'
import type { HeldHost } from './held-host.ts'
import { holdingAll } from './leases.ts'
import { mapScript } from './rotation/map.ts'

interface Maintenance {
  readonly balancers: readonly HeldHost[]
  readonly backends: readonly string[]
  readonly on: boolean
  readonly claim: Claim
  /** Wait for others who are changing the balancers. */
  readonly wait: boolean
  readonly emit: Emit
}

/**
 * Lets all balancers answer for a backend with the page of maintenance, or no longer: at once, in every process, and after
 * a reload or restart as well. Errors: `lease.held`, `step.failed`.
 */
export const setMaintenance = async ({ balancers, backends, on, claim, wait, emit }: Maintenance): Promise<void> => {
  const title = `maintenance ${on ? 'on' : 'off'}: ${backends.join(', ')}`
  await holdingAll(balancers, { claim, wait, emit }, () =>
    Promise.all(balancers.map((host) => host.step(title, script(backends, on)))),
  )
}

const script = (backends: readonly string[], on: boolean): string =>
  mapScript(balancerMaps.maintenance, Object.fromEntries(backends.map((backend) => [backend, on ? 'on' : null])))
