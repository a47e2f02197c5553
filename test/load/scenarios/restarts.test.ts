import { beforeAll, expect, test } from 'vitest'
import { usePracticeHosts } from '../../lab/harness.ts'
import { planOf } from '../../lab/support/told.ts'
import { expectFlawless } from '../support/expectations.ts'
import { type Shop, useShop } from '../support/shop.ts'
import { underLoad } from '../support/under-load.ts'

const lab = usePracticeHosts(['lb1', 'lb2', 'web1', 'web2'])
const hosts = (...names: readonly string[]) => names.map((name) => lab.host(name))
const short = { streams: { download: { clients: 2, pauseMs: 100, seconds: 3 } } }

/** Another variable, with which every instance has to be started. */
const provision = (mood: string): readonly string[] => [
  ...['provision', '--yes', '--json'],
  ...['--set', `app.apps.shop.environment.MOOD=${mood}`],
]

let shop: Shop
beforeAll(async () => {
  shop = await useShop({ balancers: hosts('lb1', 'lb2'), apps: hosts('web1', 'web2') })
})

const moodOf = (name: string) =>
  lab.host(name).sh(`
for port in 3000 3001; do
  tr '\\0' '\\n' </proc/$(systemctl show -p MainPID --value shop@$port)/environ | sed -n 's/^MOOD=//p'
done`)

const expectMood = async (mood: string): Promise<void> => {
  const said = await Promise.all(shop.apps.map(({ name }) => moodOf(name)))
  expect(said.map(({ stdout }) => stdout)).toEqual(shop.apps.map(() => `${mood}\n${mood}\n`))
}

test('a provision that restarts every instance', async () => {
  const measured = await underLoad(
    shop,
    'provision restarts every instance',
    async () => {
      const { exit, stderr, events } = await shop.site.fettle(...provision('fine'))
      expect(exit, stderr).toBe(0)
      expect(events.filter(({ type }) => type === 'wave.started')).toHaveLength(2)
    },
    short,
  )
  expectFlawless(measured)
  await expectMood('fine')
  expect((await shop.site.fettle(...provision('fine'))).stderr).toContain('Nothing to do')
})

test('the same of the app hosts alone: their balancers are asked all the same', async () => {
  const measured = await underLoad(
    shop,
    'provision restarts instances, balancers not in the run',
    async () => {
      const { exit, stderr } = await shop.site.fettle(...provision('calm'), '--limit', 'web')
      expect(exit, stderr).toBe(0)
    },
    short,
  )
  expectFlawless(measured)
  await expectMood('calm')
})

test('a provision that is killed while an instance is out of rotation is completed by the next one', async () => {
  const measured = await underLoad(
    shop,
    'provision killed in the middle of its restarts',
    async () => {
      const run = shop.site.start(provision('brave'), ({ type }) => {
        if (type === 'reaction.done') run.kill()
      })
      expect((await run.told).exit).toBeNull()
      const plan = planOf(await shop.site.fettle('plan', '--json', ...provision('brave').slice(3)), 'web1')
      expect(plan.out?.length).toBeGreaterThan(0)
      expect(plan.notices.join('\n')).toContain('was taken out of rotation by a run that did not put it back')
      const { exit, stderr } = await shop.site.fettle(...provision('brave'))
      expect(exit, stderr).toBe(0)
    },
    short,
  )
  expectFlawless(measured)
  await expectMood('brave')
  expect((await shop.site.fettle(...provision('brave'))).stderr).toContain('Nothing to do')
})
