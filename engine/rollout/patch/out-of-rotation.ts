import type { RolloutRules } from '../../core/app.ts'
import type { SiteView } from '../../core/host.ts'
import { anyRelease, probeUntilHealthy, questionOf } from '../rotation/probe.ts'
import { isUp, type Seated } from '../rotation/rotation.ts'
import { noteOut } from './mark.ts'
import type { PatchHost, PatchSite } from './site.ts'

/** Of servers that are no app's. */
export const usualRules: Pick<RolloutRules, 'batch' | 'minHealthy' | 'drain'> = {
  ...{ batch: '25%', minHealthy: '50%', drain: 60 },
}

/** What is said of the app that answers at a place; the usual where there is none. */
export const rulesAt = (view: SiteView, { host, port }: Seated): typeof usualRules =>
  view.apps(host).find(({ instances }) => instances.some((instance) => instance.port === port))?.rollout ?? usualRules

/** Whether all balancers send requests there. */
export const isServing = async ({ rotation }: PatchSite, seat: Seated): Promise<boolean> => {
  const views = await rotation.look([seat])
  const current = views.flatMap(({ seats }) => seats.filter((each) => each.current))
  return current.length > 0 && current.every(isUp)
}

/**
 * Lets no more requests come to a host, and waits for those that are there. What was not in rotation before stays as it is,
 * unless an earlier run has taken it out. Resolves with what goes, which is noted on the host before.
 */
export const takeOut = async (
  site: PatchSite,
  host: PatchHost,
  before: readonly number[],
): Promise<readonly Seated[]> => {
  const serving = await Promise.all(host.seats.map((seat) => isServing(site, seat)))
  const going = host.seats.filter((seat, index) => serving[index] || before.includes(seat.port))
  if (going.length === 0) return []
  const seconds = Math.max(...going.map((seat) => rulesAt(site.view, seat).drain))
  await host.held.tell(noteOut(going.map(({ port }) => port)))
  const cut = await host.held.during('take it out of rotation', () => site.rotation.drain(going, seconds))
  const message = `${cut} requests were not over after ${seconds} s, and are cut off: rollout.drain gives them more`
  if (cut > 0) site.emit({ type: 'warning', host: host.name, message })
  return going
}

/** Puts back what was taken out, once each balancer has had good answers. Errors: `instance.unhealthy`, `balancer.failed`. */
export const putBack = async (site: PatchSite, host: PatchHost, going: readonly Seated[]): Promise<void> => {
  if (going.length === 0) return
  const ports = going.map(({ port }) => port)
  const instances = site.view.rotation(host.name).filter(({ port }) => ports.includes(port))
  await host.held.during('put it into rotation', async () => {
    await Promise.all(
      instances.map((instance) =>
        probeUntilHealthy(
          site.rotation.askers([{ host: host.name, port: instance.port }]),
          anyRelease(questionOf(host.view, instance, '')),
        ),
      ),
    )
    await site.rotation.admit(going)
  })
}
