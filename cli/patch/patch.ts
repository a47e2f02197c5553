import { throwAll } from '../../engine/core/error.ts'
import type { Emit, HostResult } from '../../engine/core/event.ts'
import { connectionOf } from '../../engine/inventory/index.ts'
import { patch as patchHosts } from '../../engine/rollout/patch/patch.ts'
import type { Patching } from '../../engine/rollout/patch/patching.ts'
import type { RebootPolicy } from '../../engine/rollout/patch/pending.ts'
import { concernedBy, enterSite, leaveSite } from '../../engine/rollout/patch/site.ts'
import { runName } from '../../engine/store/run-name.ts'
import { agreed, type ChangeOptions } from '../approval.ts'
import { inTurn } from '../aside.ts'
import { exitCodeOf } from '../exit-codes.ts'
import { interruption } from '../interruption.ts'
import { journaled } from '../journaled.ts'
import { lookAhead } from '../look-ahead.ts'
import type { HostOptions } from '../options.ts'
import { holderOf, originOf } from '../origin.ts'
import { lookOf, openRenderer } from '../output.ts'
import { patchText } from '../render/patch-text.ts'
import { revisionOf } from '../revision.ts'
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
  const renderer = await openRenderer(options)
  const run = runName()
  try {
    const journal = { run, folder: site.folder, revision: revisionOf(site.folder), show: renderer.emit }
    const results = await journaled(journal, (emit) => asRun(site, options, run, emit))
    process.exitCode = exitCodeOf(results.map(({ outcome }) => outcome))
  } finally {
    renderer.close()
  }
}

const asRun = async (
  { hosts, inventory, resolved }: OpenSite,
  options: PatchOptions,
  run: string,
  emit: Emit,
): Promise<readonly HostResult[]> => {
  const started = performance.now()
  const [origin, { environment }] = [originOf(), inventory]
  const by = holderOf(origin)
  const names = hosts.map(({ view }) => view.name)
  const about = { by: origin, command: by.command, site: resolved.view.name, environment, hosts: names }
  emit({ type: 'run.started', run, ...about })
  const chosen = new Set(names)
  const target = await openTargets(options, inTurn())
  const concerned = concernedBy(resolved.view, chosen).flatMap((name) => inventory.hosts.get(name) ?? [])
  const targets = concerned.map((host) => target(connectionOf(host)))
  const { look } = lookAhead(targets, options.forks, interruption())
  const site = await enterSite({ view: resolved.view, chosen, look, emit })
  try {
    const said = { claim: { owner: run, ...by }, wait: options.wait ?? false, signal: interruption() }
    const found = await patchHosts({ site, ...said, ...howOf(options), approve: approveIn(environment, options) })
    const duration = performance.now() - started
    const results = found.map((each): HostResult => ({ reacted: 0, owed: [], duration, ...each }))
    for (const result of results) emit({ type: 'host.done', host: result.host, result })
    emit({ type: 'run.finished', run, results, duration })
    return results
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
