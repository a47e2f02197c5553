import type { Claim } from '../../engine/converge/state/lease.ts'
import { throwAll } from '../../engine/core/error.ts'
import type { Emit } from '../../engine/core/event.ts'
import { connectionOf } from '../../engine/inventory/index.ts'
import { type PatchResult, patch as patchHosts } from '../../engine/rollout/patch/patch.ts'
import type { Patching } from '../../engine/rollout/patch/patching.ts'
import type { RebootPolicy } from '../../engine/rollout/patch/pending.ts'
import { concernedBy, enterSite, leaveSite } from '../../engine/rollout/patch/site.ts'
import { agreed, type ChangeOptions } from '../approval.ts'
import { asRun } from '../as-run.ts'
import { inTurn } from '../aside.ts'
import { exitCodeOf } from '../exit-codes.ts'
import { interruption } from '../interruption.ts'
import { lookAhead } from '../look-ahead.ts'
import type { HostOptions } from '../options.ts'
import { lookOf, openRenderer } from '../output.ts'
import { patchText } from '../render/patch-text.ts'
import { chooseHosts, type OpenSite, resolveChosen } from '../site.ts'
import { openTargets } from '../targets.ts'

export interface PatchOptions extends HostOptions, ChangeOptions {
  readonly wait?: true
  readonly security?: true
  readonly reboot: RebootPolicy
  /** Milliseconds. */
  readonly soak: number
}

/** Upgrades the packages of the chosen hosts: shown, asked for, written down. */
export const patch = async (options: PatchOptions): Promise<void> => {
  const site = await resolveChosen(await chooseHosts(options), options)
  const { folder, inventory, resolved, hosts } = site
  const { environment } = inventory
  const names = hosts.map(({ view }) => view.name)
  const renderer = await openRenderer(options)
  try {
    const results = await asRun(
      { folder, site: resolved.view.name, environment, hosts: names },
      renderer.emit,
      (emit, claim) => patchSite(site, options, { emit, claim }),
      (found) => found,
    )
    process.exitCode = exitCodeOf(results.map(({ outcome }) => outcome))
  } finally {
    renderer.close()
  }
}

const patchSite = async (
  { hosts, inventory, resolved }: OpenSite,
  options: PatchOptions,
  { emit, claim }: { readonly emit: Emit; readonly claim: Claim },
): Promise<readonly PatchResult[]> => {
  const chosen = new Set(hosts.map(({ view }) => view.name))
  const target = await openTargets(options, inTurn())
  const concerned = concernedBy(resolved.view, chosen).flatMap((name) => inventory.hosts.get(name) ?? [])
  const targets = concerned.map((host) => target(connectionOf(host)))
  const { look } = lookAhead(targets, options.forks, interruption())
  const site = await enterSite({ view: resolved.view, chosen, look, emit })
  try {
    const said = { claim, wait: options.wait ?? false, signal: interruption() }
    return await patchHosts({ site, ...said, ...howOf(options), approve: approveIn(inventory.environment, options) })
  } finally {
    await leaveSite(site)
  }
}

const howOf = ({ security, reboot, soak }: PatchOptions): Pick<Patching, 'extent' | 'reboot' | 'soak'> => ({
  extent: security ? 'security' : 'all',
  reboot,
  soak: soak / 1000,
})

/** Where somebody cannot be looked at, nothing is begun: others might be needed more than they can be spared. */
const approveIn =
  (environment: string, options: PatchOptions): Patching['approve'] =>
  async (plans, problems) => {
    const isAnything = plans.some(({ pending }) => pending)
    const shown = patchText(plans, lookOf(process.stdout, options.verbose))
    if (!options.plan && isAnything) throwAll(problems)
    if (isAnything || options.plan) return agreed(environment, options, { shown, isAnything })
    return agreed(environment, { ...options, plan: true }, { shown, isAnything })
  }
