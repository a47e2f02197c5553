import { beforeAll, describe, expect, test } from 'vitest'
import { groupBy } from '../../../engine/core/group-by.ts'
import { usePracticeHosts } from '../../lab/harness.ts'
import { isAll, isForThisRun, isMine } from '../../lab/support/extent.ts'
import { expectFlawless } from '../support/expectations.ts'
import { expectRelease } from '../support/releases.ts'
import { deploy, killed, resume, succeeds } from '../support/rollout.ts'
import { type Changes, type Shop, siteYml, useShop } from '../support/shop.ts'
import { underLoad } from '../support/under-load.ts'
import { isOut, type Sample } from '../witness/samples.ts'
import type { Testimony } from '../witness/watch.ts'

const lab = usePracticeHosts(['lb1', 'lb2', 'web1', 'web2', 'web3'])
const isHere = isForThisRun('balancers')
const hosts = (...names: readonly string[]) => names.map((name) => lab.host(name))

const short = { streams: { download: { clients: 2, pauseMs: 100, seconds: 3 } } }

const long = { streams: { download: { clients: 3, pauseMs: 100, seconds: 20 } } }

const changes: Changes = { rollout: { drain: 40 } }
let shop: Shop
let newest = 1

beforeAll(async () => {
  shop = await useShop({ balancers: hosts('lb1', 'lb2'), apps: hosts('web1', 'web2', 'web3'), ...changes })
})

/**
 * The servers that were out of rotation while an old process still had answers to finish. That one takes no orders any
 * more: where it became an old one before, they are in rotation there to its end.
 */
const outBesideOld = ({ samples }: Testimony): readonly string[] => {
  const looks = [...groupBy(samples, ({ at }) => at).values()]
  const current = looks.filter((look) => look.some(({ old }) => old)).flatMap((look) => look.filter(({ old }) => !old))
  return [...new Set(current.flatMap((sample) => outIn(sample)))]
}

const outIn = (sample: Sample | undefined) => sample?.lines.filter(isOut).map(({ name }) => name) ?? []

test.runIf(isHere)('balancers are provisioned in the middle of a rollout, and old processes still serve', async () => {
  const wanted = `v${++newest}`
  const measured = await underLoad(
    shop,
    'balancers changed between two waves',
    async () => {
      await killed(shop.site, deploy(wanted), (_, event) => event.type === 'wave.started' && event.number === 2)
      await shop.site.describe(siteYml({ ...changes, haproxy: { timeouts: { queue: '11s' } } }))
      const { exit, events } = await shop.site.fettle('provision', '--yes', '--json', '--limit', 'lb')
      expect(exit).toBe(0)
      expect(events.filter(({ type }) => type === 'reaction.done')).toHaveLength(2)
      await succeeds(shop.site, resume)
    },
    long,
  )
  for (const testimony of measured.testimonies)
    expect(outBesideOld(testimony)).toEqual(expect.arrayContaining(['shop/web2-3000', 'shop/web2-3001']))
  expectFlawless(measured)
  await expectRelease(shop, wanted)
})

/** Reloads a balancer just when a step is done; `title` is the first one that fits. */
const reloadAfter = async (name: string, pattern: RegExp, version: string): Promise<Testimony> => {
  let reloaded: Promise<unknown> | undefined
  const measured = await underLoad(
    shop,
    `lb1 reloaded after ${name}`,
    async () => {
      await succeeds(shop.site, deploy(version), (event) => {
        if (event.type === 'step.done' && pattern.test(event.title)) reloaded ??= reload()
      })
      expect(await reloaded).toMatchObject({ exit: 0 })
    },
    short,
  )
  expectFlawless(measured)
  await expectRelease(shop, version)
  return measured.testimonies[0] as Testimony
}

const reload = () => lab.host('lb1').sh('systemctl reload haproxy')

test.runIf(isHere)('a balancer that is reloaded while instances are out of rotation leaves them there', async () => {
  // So many answers take some seconds, during which they are out.
  await shop.site.describe(siteYml({ ...changes, health: { passes: 60, within: 60 } }))
  const testimony = await reloadAfter('a start', /^start /, `v${++newest}`)
  const { worker } = testimony.samples[0] as Sample
  const before = testimony.samples.filter((sample) => sample.worker === worker && !sample.old).at(-1)
  const after = testimony.samples.find((sample) => sample.worker !== worker)
  expect(outIn(before)).toEqual(['shop/web1-3000', 'shop/web1-3001'])
  expect(outIn(after)).toEqual(outIn(before))
})

const boundaries: readonly (readonly [string, RegExp])[] = [
  ['a drain', /^take /],
  ['a stop', /^stop /],
  ['a switch', /^switch /],
  ['a start', /^start /],
  ['a probe', /^wait until /],
  ['a return into rotation', /^put /],
]

describe.runIf(isAll)('a balancer is reloaded at any time', () => {
  beforeAll(() => shop.site.describe(siteYml(changes)))

  for (const [name, pattern] of boundaries)
    test.runIf(isMine(`reload after ${name}`))(`after ${name}`, async () => {
      await reloadAfter(name, pattern, `v${++newest}`)
    })
})
