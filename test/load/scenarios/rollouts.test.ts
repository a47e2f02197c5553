import { beforeAll, expect, test } from 'vitest'
import { usePracticeHosts } from '../../lab/harness.ts'
import { isForThisRun } from '../../lab/support/extent.ts'
import { expectFlawless } from '../support/expectations.ts'
import { expectRelease } from '../support/releases.ts'
import { deploy, rolled, succeeds } from '../support/rollout.ts'
import { type Shop, useShop } from '../support/shop.ts'
import { underLoad } from '../support/under-load.ts'

const lab = usePracticeHosts(['lb1', 'lb2', 'web1', 'web2', 'web3'])
const isHere = isForThisRun('rollouts')
const hosts = (...names: readonly string[]) => names.map((name) => lab.host(name))

const short = { streams: { download: { clients: 2, pauseMs: 100, seconds: 3 } } }

let shop: Shop

beforeAll(async () => {
  shop = await useShop({ balancers: hosts('lb1', 'lb2'), apps: hosts('web1', 'web2', 'web3'), health: { within: 15 } })
})

test.runIf(isHere)('releases one after the other', async () => {
  const measured = await underLoad(shop, 'v1 -> v2 -> v3 on 3 hosts', async () => {
    await succeeds(shop.site, deploy('v2'))
    await succeeds(shop.site, deploy('v3'))
  })
  expectFlawless(measured)
  await expectRelease(shop, 'v3')
})

test.runIf(isHere)('back to the first one', async () => {
  const measured = await underLoad(
    shop,
    'rollback to v1',
    async () => {
      await succeeds(shop.site, ['rollback', 'shop', '--to', 'v1'])
    },
    short,
  )
  expectFlawless(measured)
  await expectRelease(shop, 'v1')
})

test.runIf(isHere)('a release that never becomes healthy is taken back', async () => {
  const measured = await underLoad(
    shop,
    'a release that never becomes healthy',
    async () => {
      const { codes } = await rolled(shop.site, deploy('v4-never-healthy'))
      expect(codes).toEqual(['deploy.reverted'])
    },
    short,
  )
  expectFlawless(measured)
  await expectRelease(shop, 'v1')
})

test.runIf(isHere)('a release that ignores SIGTERM can be replaced', async () => {
  await succeeds(shop.site, deploy('v5-ignores-sigterm'))
  const measured = await underLoad(
    shop,
    'over a release that ignores SIGTERM',
    async () => {
      await succeeds(shop.site, deploy('v6'))
    },
    short,
  )
  expectFlawless(measured)
  await expectRelease(shop, 'v6')
})
