import { describe, expect, test } from 'vitest'
import type { PatchPlan } from '../../../../engine/core/patch.ts'
import type { HostState } from '../../../../engine/rollout/patch/host-state.ts'
import { planOf, type RebootPolicy } from '../../../../engine/rollout/patch/pending.ts'

const inOrder: HostState = {
  ...{ bootId: 'b', container: false, upgrades: [], unfinished: false, stale: [], deferred: ['dbus.service'] },
  ...{ reboot: [], begun: false, failed: [], out: [] },
}
const curl = { name: 'curl', from: '1', to: '2', security: false }
const kernel = { name: 'linux-image-6.1.0-30-amd64', from: null, to: '6.1.124-1', security: true }

describe('what there is to do', () => {
  test.each<[string, Partial<HostState>, RebootPolicy, boolean, PatchPlan['reboot']]>([
    ['nothing', {}, 'auto', false, 'no'],
    ['nothing, although all that are patched are rebooted', {}, 'always', false, 'no'],
    ['a package', { upgrades: [curl] }, 'auto', true, 'no'],
    ['a package, and a reboot', { upgrades: [curl] }, 'always', true, 'required'],
    ['a kernel comes', { upgrades: [kernel] }, 'auto', true, 'expected'],
    ['a kernel comes that is not started', { upgrades: [kernel] }, 'never', true, 'no'],
    ['a kernel comes to a container', { upgrades: [kernel], container: true }, 'auto', true, 'no'],
    ['it wants to be rebooted', { reboot: ['kernel'] }, 'auto', true, 'required'],
    ['it wants to be rebooted, and is not to be', { reboot: ['kernel'] }, 'never', false, 'no'],
    ['a service is behind', { stale: ['cron.service'] }, 'auto', true, 'no'],
    ['nobody knows which services are', { stale: null }, 'auto', false, 'no'],
    ['dpkg has to finish', { unfinished: true }, 'auto', true, 'no'],
    ['an earlier run was cut short', { begun: true }, 'auto', true, 'no'],
  ])('%s', (_, change, policy, pending, reboot) => {
    expect(planOf('web1', 'app', { ...inOrder, ...change }, policy)).toMatchObject({ pending, reboot })
  })
})
