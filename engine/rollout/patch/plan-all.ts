import type { Problem } from '../../core/error.ts'
import type { PatchPlan } from '../../core/patch.ts'
import { holdingAll } from '../leases.ts'
import { hostProblem } from '../outcome.ts'
import { lookAnew } from './look.ts'
import type { Patching } from './patching.ts'
import { planOf } from './pending.ts'
import type { PatchHost } from './site.ts'

/** In the order of the site's hosts. */
interface Planned {
  readonly plans: readonly PatchPlan[]
  /** Why not all hosts could be looked at. */
  readonly problems: readonly Problem[]
}

/** Looks at every host, all at once, by lists of packages that are fetched for it. Errors: `lease.held`. */
export const planAll = (patching: Patching): Promise<Planned> => {
  const { site, claim, wait } = patching
  const held = site.hosts.map((host) => host.held)
  return holdingAll(held, { claim, wait, emit: site.emit }, async () => {
    const all = await Promise.all(site.hosts.map((host) => planOne(patching, host)))
    return {
      plans: all.flatMap((each) => ('tier' in each ? [each] : [])),
      problems: [...site.lost, ...all.flatMap((each) => ('tier' in each ? [] : [each]))],
    }
  })
}

const planOne = async ({ site, extent, reboot }: Patching, host: PatchHost): Promise<PatchPlan | Problem> => {
  try {
    const plan = planOf(host.name, host.tier, await lookAnew(host.held, extent), reboot)
    site.emit({ type: 'patch.planned', host: host.name, plan })
    return plan
  } catch (error) {
    return hostProblem(error, host.name)
  }
}
