import { expect, test } from 'vitest'
import { patchText } from '../../../cli/render/patch-text.ts'
import type { PatchPlan } from '../../../engine/core/patch.ts'

const look = { columns: Number.POSITIVE_INFINITY, color: false, verbose: 0 }
const plan = (host: string, tier: PatchPlan['tier'], change: Partial<PatchPlan> = {}): PatchPlan => ({
  ...{ host, tier, pending: true, upgrades: [], unfinished: false, restarts: [], reboot: 'no', because: [] },
  ...{ begun: false, blind: false, ...change },
})

const openssl = { name: 'openssl', from: '3.0.15', to: '3.0.16', security: true }
const image = { name: 'linux-image-6.1.0-30-amd64', from: null, to: '6.1.124-1', security: false }

test('hosts in the order of their tiers, those with the same told together', () => {
  const same = { upgrades: [image, openssl], reboot: 'expected', blind: true } as const
  const plans = [
    plan('log1', 'other', { pending: false }),
    plan('web1', 'app', same),
    plan('web2', 'app', same),
    plan('lb1', 'balancer', { restarts: ['cron.service'], reboot: 'required', because: ['for libc6'] }),
    plan('db1', 'database', { begun: true, unfinished: true }),
  ]
  expect(patchText(plans, look)).toBe(`Balancers, one by one
  lb1: restart cron.service; reboot; wants to be rebooted: for libc6

App hosts, in waves, drained
  web[1:2]: 2 packages, 1 for security; reboot expected
    linux-image-6.1.0-30-amd64  new -> 6.1.124-1
    openssl                     3.0.15 -> 3.0.16  security

Databases, replicas first
  db1: was begun by a run that was cut short; dpkg was cut short, and finishes first

Nothing to patch on log1

needrestart is not on web[1:2]: services there use what was replaced until they restart`)
})

test('what a host says cannot steer a terminal', () => {
  const evil = { ...openssl, to: '3\u001b[31m' }
  expect(patchText([plan('web1', 'app', { upgrades: [evil], because: ['\u001b]0;'] })], look)).not.toContain('\u001b')
})
