import { uptime } from 'node:os'
import { beforeAll, describe, expect, test } from 'vitest'
import { powerOff, start } from '../../../engine/lab/index.ts'
import { usePracticeHosts } from '../../lab/harness.ts'
import { isAll, isForThisRun } from '../../lab/support/extent.ts'
import { expectFlawless, expectNobodyOut, expectOrders } from '../support/expectations.ts'
import { expectRelease } from '../support/releases.ts'
import { abort, deploy, type Order, resume, rolled, succeeds } from '../support/rollout.ts'
import { type Changes, type Shop, siteYml, useShop } from '../support/shop.ts'
import { accountOf, type Measured, underLoad } from '../support/under-load.ts'

const lab = usePracticeHosts(['lb1', 'lb2', 'web1', 'web2', 'web3'])
const isHere = isForThisRun('lost hosts')
const hosts = (...names: readonly string[]) => names.map((name) => lab.host(name))

const short = { streams: { download: { clients: 2, pauseMs: 100, seconds: 3 } } }

/** A plug takes its time to be pulled: so many answers take longer. */
const changes = (unreachable: 'revert' | 'leave'): Changes => ({
  ...{ health: { passes: 40, within: 15 }, rollout: { unreachable, soak: 10 } },
})
let shop: Shop

beforeAll(async () => {
  shop = await useShop({ balancers: hosts('lb1', 'lb2'), apps: hosts('web1', 'web2', 'web3'), ...changes('revert') })
})

interface Loss {
  readonly version: string
  /** The step of web2 at which its plug is pulled. */
  readonly after: RegExp
  readonly unreachable: 'revert' | 'leave'
}

interface Lost {
  readonly codes: readonly string[]
  readonly exit: number | null
  /** In seconds since this machine was started, as all practice hosts count. */
  readonly at: number
}

/** Deploys, and pulls the plug of web2 in its wave. */
const lose = async ({ version, after, unreachable }: Loss): Promise<Lost> => {
  await shop.site.describe(siteYml(changes(unreachable)))
  let gone: Promise<void> | undefined
  let at = 0
  const { codes, exit } = await rolled(shop.site, deploy(version), (event) => {
    if (gone || event.type !== 'step.done' || event.host !== 'web2' || !after.test(event.title)) return
    at = uptime()
    gone = powerOff('web2', lab.options)
  })
  expect(gone).toBeDefined()
  await gone
  return { codes, exit, at }
}

const isBack = async (order: Order): Promise<void> => {
  await start('web2', lab.options)
  await succeeds(shop.site, order)
}

const drained = /^stop /

test.runIf(isHere)('a host dies in its wave: the release is taken back', async () => {
  const measured = await underLoad(
    shop,
    'web2 dies in its wave, drained; taken back',
    async () => {
      const { codes } = await lose({ version: 'v2', after: drained, unreachable: 'revert' })
      expect(codes).toEqual(['deploy.reverted'])
      await isBack(abort)
    },
    short,
  )
  expectFlawless(measured)
  await expectRelease(shop, 'v1')
})

/** The most requests that balancers had on a host at once from some moment on. */
const inFlight = ({ testimonies }: Measured, host: string, since: number): number =>
  testimonies
    .map(({ samples }) =>
      samples
        .filter(({ at }) => at >= since - 1)
        .map(({ lines }) => lines.filter(({ name }) => name.startsWith(`shop/${host}-`)))
        .map((servers) => servers.reduce((sum, { busy }) => sum + busy, 0))
        .reduce((most, busy) => Math.max(most, busy), 0),
    )
    .reduce((sum, most) => sum + most, 0)

describe.runIf(isAll && isHere)('the other ways', () => {
  test('a host dies in its wave: it is left behind', async () => {
    const measured = await underLoad(
      shop,
      'web2 dies in its wave, drained; left behind',
      async () => {
        const { exit } = await lose({ version: 'v3', after: drained, unreachable: 'leave' })
        expect(exit).toBe(3)
        await isBack(resume)
      },
      short,
    )
    expectFlawless(measured)
    await expectRelease(shop, 'v3')
  })

  test.each([
    ['taken back', 'v4', 'revert', 'v3'],
    ['left behind', 'v5', 'leave', 'v5'],
  ] as const)(
    'a host dies in its soak, %s: what it was answering fails, and nothing else',
    async (name, version, unreachable, then) => {
      let died = 0
      const measured = await underLoad(
        shop,
        `web2 dies in its soak; ${name}`,
        async () => {
          const { codes, at } = await lose({ version, after: /^put /, unreachable })
          died = at
          expect(codes).toEqual(unreachable === 'revert' ? ['deploy.reverted'] : [])
          await isBack(unreachable === 'revert' ? abort : resume)
        },
        short,
      )
      const most = inFlight(measured, 'web2', died)
      process.stderr.write(`  ${most} requests were on web2\n`)
      expect(accountOf(measured).failed).toBeLessThanOrEqual(most)
      expectOrders(measured)
      measured.testimonies.forEach(expectNobodyOut)
      await expectRelease(shop, then)
    },
  )
})
