import type { HeldHost } from '../../engine/rollout/held-host.ts'
import { holdingAll } from '../../engine/rollout/leases.ts'
import { agreed, type ChangeOptions } from '../approval.ts'
import { asRun } from '../as-run.ts'
import { exitCode } from '../exit-codes.ts'
import type { HostOptions } from '../options.ts'
import { openRenderer } from '../output.ts'
import { type BalancerSite, type Entered, inBalancers } from './balancer-site.ts'

export interface LbOptions extends HostOptions, ChangeOptions {
  readonly wait?: true
}

/** What is to become of balancers. */
export interface Change {
  /** In words, for whoever has to agree. */
  readonly shown: string
  /** Whose leases it needs. */
  readonly hosts: readonly HeldHost[]
  work(): Promise<unknown>
}

/** Opens a run around a change of balancers, which is made if it is agreed upon; null for none. */
export const changing = async (
  site: BalancerSite,
  options: LbOptions,
  wanted: (entered: readonly Entered[]) => Promise<Change | null>,
): Promise<void> => {
  const { folder, environment } = site
  const renderer = await openRenderer(options)
  try {
    await asRun(
      { folder, environment, site: site.site, hosts: site.hosts.map(({ view }) => view.name) },
      renderer.emit,
      (emit, claim) =>
        inBalancers(site, options, emit, async (entered) => {
          const change = await wanted(entered)
          if (!change || !(await agreed(environment, options, { shown: change.shown, isAnything: true }))) return []
          await holdingAll(change.hosts, { claim, wait: options.wait ?? false, emit }, () => change.work())
          process.exitCode = exitCode.done
          return change.hosts.map(({ name }) => name)
        }),
      (changed) => changed.map((host) => ({ host, outcome: 'changed' as const })),
    )
  } finally {
    renderer.close()
  }
}
