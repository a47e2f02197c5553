import { expect, test } from 'vitest'
import { usePracticeHosts } from '../../lab/harness.ts'
import { isAll, isForThisRun } from '../../lab/support/extent.ts'
import { expectFlawless } from '../support/expectations.ts'
import { expectRelease } from '../support/releases.ts'
import { deploy, succeeds } from '../support/rollout.ts'
import { type Shop, useShop } from '../support/shop.ts'
import { underLoad } from '../support/under-load.ts'

const lab = usePracticeHosts(['lb1', 'lb2', 'web1', 'all1'])
const isHere = isForThisRun('few hosts')
const hosts = (...names: readonly string[]) => names.map((name) => lab.host(name))

/** Its two instances one after the other: with one host there is no other to be had. */
const expectTurns = async (shop: Shop, scenario: string): Promise<void> => {
  const measured = await underLoad(shop, scenario, async () => {
    const { events } = await succeeds(shop.site, deploy('v2'))
    const stops = events.flatMap((event) =>
      event.type === 'step.done' && /^stop /.test(event.title) ? [event.title] : [],
    )
    expect(stops).toEqual(['stop shop on 3000', 'stop shop on 3001'])
    await succeeds(shop.site, deploy('v3'))
  })
  expectFlawless(measured)
  await expectRelease(shop, 'v3')
}

test.runIf(isAll && isHere)('one app host behind two balancers', async () => {
  const shop = await useShop({ balancers: hosts('lb1', 'lb2'), apps: hosts('web1') })
  await expectTurns(shop, 'v1 -> v2 -> v3 on 1 host')
})

test.runIf(isHere)('one machine that is balancer and app host at once', async () => {
  const shop = await useShop({ balancers: hosts('all1'), apps: hosts('all1') })
  await expectTurns(shop, 'v1 -> v2 -> v3 on a single machine')
})
