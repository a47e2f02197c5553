import { FettleError, type Problem } from '../../core/error.ts'
import type { HostResult } from '../../core/event.ts'
import type { PatchPlan } from '../../core/patch.ts'
import { entryOutcomeOf, outcomeOf } from '../outcome.ts'
import { standbyFirst } from './addresses.ts'
import { patchCluster } from './databases.ts'
import { inWaves } from './in-waves.ts'
import { refuseIfAborted } from './interrupted.ts'
import type { Patching, Wave } from './patching.ts'
import { planAll } from './plan-all.ts'
import type { PatchHost } from './site.ts'
import { patchTogether } from './turn.ts'

/** What came of one host. */
export type PatchResult = Pick<HostResult, 'host' | 'outcome' | 'changed' | 'problem'>

/**
 * Patches all hosts with anything pending, tier by tier, until the first one that does not come back well. Resolves with what
 * came of each; what was not begun is pending. Errors: `lease.held`.
 */
export const patch = async (patching: Patching): Promise<readonly PatchResult[]> => {
  const { plans, problems } = await planAll(patching)
  const results = new Map<string, PatchResult>(
    plans.map(({ host, pending }) => [host, { host, outcome: pending ? 'pending' : 'unchanged', changed: 0 }]),
  )
  for (const problem of problems) note(results, problem, entryOutcomeOf(problem))
  if (await patching.approve(plans, problems)) await patchPending(patching, plans, results)
  return [...results.values()]
}

const note = (results: Map<string, PatchResult>, problem: Problem, outcome: PatchResult['outcome']): void => {
  const host = problem.host ?? ''
  results.set(host, { host, outcome, changed: 0, problem })
}

const patchPending = async (
  patching: Patching,
  plans: readonly PatchPlan[],
  results: Map<string, PatchResult>,
): Promise<void> => {
  const { hosts, emit } = patching.site
  const pending = hosts.filter(({ name }) => results.get(name)?.outcome === 'pending')
  let number = 0
  let under: readonly PatchHost[] = []
  const wave: Wave = async (together) => {
    under = together
    refuseIfAborted(patching.signal, together[0]?.name ?? '')
    emit({ type: 'wave.started', app: 'patch', number: ++number, hosts: together.map(({ name }) => name) })
    for (const { name } of together) results.set(name, { host: name, outcome: 'changed', changed: sizeOf(plans, name) })
    await patchTogether(patching, together)
    under = []
  }
  try {
    await tierByTier(patching, pending, wave)
  } catch (error) {
    if (!(error instanceof FettleError)) throw error
    for (const problem of error.problems) {
      // What goes wrong between two waves is the next one's.
      const [next] = under.length > 0 ? under : pending.filter(({ name }) => results.get(name)?.outcome === 'pending')
      const host = problem.host ?? next?.name ?? ''
      note(results, { ...problem, host, hint: hintFor(problem) }, outcomeOf(problem))
    }
  }
}

/** Packages. */
const sizeOf = (plans: readonly PatchPlan[], name: string): number =>
  plans.find(({ host }) => host === name)?.upgrades.length ?? 0

/** Whoever is sent requests goes only where others are there for them, whatever else it is. */
const tierByTier = async (patching: Patching, pending: readonly PatchHost[], wave: Wave): Promise<void> => {
  const of = (tier: PatchHost['tier']) => pending.filter((host) => host.tier === tier)
  const spared: Wave = (hosts) => inWaves(patching, hosts, wave)
  for (const host of await standbyFirst(patching.site, of('balancer'))) await spared([host])
  await spared(of('app'))
  for (const cluster of patching.site.clusters) {
    const members = of('database').filter(({ name }) => cluster.hosts.some((host) => host.name === name))
    await patchCluster(patching, cluster, members, spared)
  }
  for (const host of of('other')) await spared([host])
}

const hintFor = ({ hint }: Problem): string =>
  [...(hint ? [hint] : []), 'nothing was begun after it; once it is mended, fettle patch goes on'].join('; ')
