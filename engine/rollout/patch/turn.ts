import { type Problem, throwAll } from '../../core/error.ts'
import { holdingAll } from '../leases.ts'
import { hostProblem } from '../outcome.ts'
import type { Seated } from '../rotation/rotation.ts'
import { giveAway, sharedWith } from './addresses.ts'
import { settleClusterOf } from './databases.ts'
import { type Checkup, failedUnits, stayHealthy, untilHealthy } from './health.ts'
import { lookAtHost } from './look.ts'
import { noteBegun, noteDone } from './mark.ts'
import { putBack, takeOut } from './out-of-rotation.ts'
import type { Patching } from './patching.ts'
import { wantsReboot } from './pending.ts'
import { reboot } from './reboot.ts'
import { restartStale, tellOfRest } from './restart.ts'
import type { PatchHost } from './site.ts'
import { upgrade } from './upgrade.ts'

/** A host that is as it is to be, and not back yet. */
interface Renewed {
  readonly host: PatchHost
  readonly checkup: Checkup
  readonly out: readonly Seated[]
}

/**
 * Patches hosts together: out of rotation, upgraded, restarted or rebooted, found well, and back. A database follows or takes
 * writes again in between. A host with a problem stays as it is, and out; the others go on to their end. Errors: those of
 * the steps, `instance.unhealthy`, `host.unreachable`, `balancer.failed`, `database.*`, `lease.held`, for every host at once.
 */
export const patchTogether = async (patching: Patching, hosts: readonly PatchHost[]): Promise<void> => {
  const { through, problems } = collecting()
  const renewed = await holding(patching, hosts, () =>
    through(
      hosts,
      hosts.map((host) => renew(patching, host)),
    ),
  )
  const names = renewed.map(({ host }) => host)
  const well = await through(
    names,
    renewed.map((each) => settle(patching, each)),
  )
  const back = well.map(({ host }) => host)
  await holding(patching, back, () =>
    through(
      back,
      well.map((each) => comeBack(patching, each)),
    ),
  )
  throwAll(problems)
}

/** What of several hosts came to a good end, and what went wrong on the others. */
const collecting = () => {
  const problems: Problem[] = []
  const through = async <Value>(hosts: readonly PatchHost[], work: readonly Promise<Value>[]): Promise<Value[]> => {
    const settled = await Promise.allSettled(work)
    return settled.flatMap((each, index) => {
      if (each.status === 'fulfilled') return [each.value]
      problems.push(hostProblem(each.reason, hosts[index]?.name ?? ''))
      return []
    })
  }
  return { problems, through }
}

/** With the right to change them, their balancers where these send them requests, and who takes their addresses over. */
const holding = <Value>(
  { site, claim, wait }: Patching,
  hosts: readonly PatchHost[],
  work: () => Promise<Value>,
): Promise<Value> => {
  const balancers = hosts.some(({ seats }) => seats.length > 0) ? site.balancers : []
  const all = [...new Set([...hosts.map(({ held }) => held), ...balancers, ...sharedWith(site, hosts)])]
  return holdingAll(all, { claim, wait, emit: site.emit }, work)
}

const renew = async (patching: Patching, host: PatchHost): Promise<Renewed> => {
  const { site, extent } = patching
  const { held } = host
  await held.untilQuiet()
  const state = await lookAtHost(held, extent)
  // What an earlier run has broken had not failed before.
  const failedBefore = state.begun ? state.failed : await failedUnits(held)
  if (!state.begun) await held.tell(noteBegun(failedBefore))
  const out = await takeOut(site, host, state.out)
  await giveAway(site, host)
  await upgrade(held, state, extent)
  const now = await lookAtHost(held, extent)
  if (wantsReboot(now, patching.reboot)) await reboot(held, patching)
  else await restartStale(patching, host, now.stale ?? [])
  await tellOfRest(patching, host)
  return { host, out, checkup: { held, failedBefore, checks: site.view.health(host.name) } }
}

const settle = async (patching: Patching, renewed: Renewed): Promise<Renewed> => {
  await renewed.host.held.during('wait until it is well', () => untilHealthy(renewed.checkup))
  await settleClusterOf(patching, renewed.host.name)
  return renewed
}

const comeBack = async ({ site, soak }: Patching, { host, checkup, out }: Renewed): Promise<void> => {
  if (soak > 0) await host.held.during('see whether it stays well', () => stayHealthy(checkup, soak))
  await putBack(site, host, out)
  await host.held.tell(noteDone)
}
