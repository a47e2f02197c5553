import type { PatchPlan, Tier } from '../../core/patch.ts'
import type { HostState } from './host-state.ts'

/** `auto` reboots a host that wants it, `always` one that has been patched. */
export type RebootPolicy = 'auto' | 'never' | 'always'

export const wantsReboot = ({ reboot }: HostState, policy: RebootPolicy): boolean =>
  policy === 'always' || (policy === 'auto' && reboot.length > 0)

/** Pure. What is not, is left alone: so a run goes on where another one was cut short. */
export const isPending = (state: HostState, policy: RebootPolicy): boolean =>
  state.unfinished ||
  state.begun ||
  state.upgrades.length > 0 ||
  (state.stale ?? []).length > 0 ||
  (policy !== 'never' && state.reboot.length > 0)

/** Pure. */
export const planOf = (host: string, tier: Tier, state: HostState, policy: RebootPolicy): PatchPlan => ({
  ...{ host, tier, pending: isPending(state, policy) },
  ...{ upgrades: state.upgrades, unfinished: state.unfinished, restarts: state.stale ?? [] },
  ...{ reboot: rebootOf(state, policy), because: state.reboot },
  ...{ begun: state.begun, blind: state.stale === null },
})

const rebootOf = (state: HostState, policy: RebootPolicy): PatchPlan['reboot'] => {
  if (policy === 'never' || !isPending(state, policy)) return 'no'
  if (wantsReboot(state, policy)) return 'required'
  return !state.container && state.upgrades.some(({ name }) => name.startsWith('linux-image-')) ? 'expected' : 'no'
}
