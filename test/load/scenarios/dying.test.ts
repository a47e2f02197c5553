import { beforeAll, expect, test } from 'vitest'
import type { Event } from '../../../engine/core/event.ts'
import { usePracticeHosts } from '../../lab/harness.ts'
import { isAll, isForThisRun } from '../../lab/support/extent.ts'
import { expectNobodyOut, expectOrders, failuresOf } from '../support/expectations.ts'
import { expectRelease } from '../support/releases.ts'
import { deploy, type Heard, type Rolled, rolled } from '../support/rollout.ts'
import { type Shop, siteYml, useShop } from '../support/shop.ts'
import { type Measured, underLoad } from '../support/under-load.ts'

const lab = usePracticeHosts(['lb1', 'lb2', 'web1', 'web2', 'web3'])
const isHere = isForThisRun('dying releases')
const hosts = (...names: readonly string[]) => names.map((name) => lab.host(name))

const short = { streams: { download: { clients: 2, pauseMs: 100, seconds: 3 } } }

let shop: Shop

beforeAll(async () => {
  shop = await useShop({ balancers: hosts('lb1', 'lb2'), apps: hosts('web1', 'web2', 'web3') })
})

/** Deploys what dies; it must be taken back, and nothing may fail but what it was answering when it died. */
const expectTakenBack = async (
  scenario: string,
  version: string,
  soak: { canarySoak: number; soak: number },
  act?: (event: Event) => void,
) => {
  await shop.site.describe(siteYml({ rollout: soak }))
  let told: Rolled | undefined
  const measured = await underLoad(
    shop,
    scenario,
    async () => {
      told = await rolled(shop.site, deploy(version), act)
      expect(told.codes).toEqual(['deploy.reverted'])
    },
    short,
  )
  expectOrders(measured)
  measured.testimonies.forEach(expectNobodyOut)
  await expectRelease(shop, 'v1')
  return { measured, heard: told?.heard ?? [] }
}

const timeOf = (heard: readonly Heard[], isIt: (event: Heard['event']) => boolean): number =>
  heard.find(({ event }) => isIt(event))?.at ?? Number.NaN

const wavesOf = (heard: readonly Heard[]) => {
  const end = heard.findIndex(({ event }) => event.type === 'rollout.reverting')
  return heard.slice(0, end).filter(({ event }) => event.type === 'wave.started').length
}

/** From the moment in which the release was first in rotation until all of it was out again. */
const expectFailuresWithin = (measured: Measured, heard: readonly Heard[]): void => {
  const first = timeOf(heard, (event) => event.type === 'step.done' && /^put /.test(event.title))
  const reverting = timeOf(heard, ({ type }) => type === 'rollout.reverting')
  const back = heard.filter(
    ({ at, event }) => at > reverting && event.type === 'step.done' && /^stop /.test(event.title),
  )
  const last = back.at(-1)?.at ?? Number.NaN
  for (const at of failuresOf(measured)) expect(at > first && at < last, `${first} < ${at} < ${last}`).toBe(true)
}

test.runIf(isAll && isHere)('a release that dies in the soak of its canary', async () => {
  const { measured, heard } = await expectTakenBack('it dies after 20 s, in the canary’s soak', 'v2-dies-after-20s', {
    canarySoak: 30,
    soak: 1,
  })
  expect(wavesOf(heard)).toBe(1)
  expectFailuresWithin(measured, heard)
})

test.runIf(isHere)('a release that dies when other hosts have it already', async () => {
  const poisoned = hosts('web1', 'web2')
  let poisoning: Promise<unknown> | undefined
  const { measured, heard } = await expectTakenBack(
    'it dies in a later wave',
    'v3-dies-of-data',
    { canarySoak: 2, soak: 9 },
    (event) => {
      if (event.type !== 'step.done' || event.host !== 'web2' || !/^put /.test(event.title)) return
      poisoning ??= Promise.all(poisoned.map((host) => host.sh('touch /srv/shop/shared/poison')))
    },
  )
  expect(await poisoning).toMatchObject(poisoned.map(() => ({ exit: 0 })))
  expect(wavesOf(heard)).toBeGreaterThan(1)
  expectFailuresWithin(measured, heard)
})
