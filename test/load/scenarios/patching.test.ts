import { beforeAll, expect, test } from 'vitest'
import { type PracticeHost, usePracticeHosts } from '../../lab/harness.ts'
import { does } from '../../lab/support/does.ts'
import { isForThisRun } from '../../lab/support/extent.ts'
import { offer, type TestPackage } from '../../lab/support/repository.ts'
import { expectDone } from '../../lab/support/told.ts'
import { startLoadApart } from '../support/apart.ts'
import { expectFlawless } from '../support/expectations.ts'
import { report } from '../support/report.ts'
import { type Shop, useShop } from '../support/shop.ts'
import { underLoad } from '../support/under-load.ts'

const lab = usePracticeHosts(['lb1', 'lb2', 'web1', 'web2'])
const hosts = (...names: readonly string[]) => names.map((name) => lab.host(name))
const short = { streams: { download: { clients: 2, pauseMs: 100, seconds: 3 } } }

const tool = (version: string): TestPackage => ({ name: 'tool', version })

let shop: Shop
beforeAll(async () => {
  shop = await useShop({ balancers: hosts('lb1', 'lb2'), apps: hosts('web1', 'web2') })
  for (const host of [...shop.balancers, ...shop.apps])
    await does(
      host,
      `${offer([tool('1')])}; apt-get -qq update && apt-get -qq -y install tool && apt-get -qq -y upgrade`,
    )
})

const bootOf = (host: PracticeHost): Promise<string> => does(host, 'cat /proc/sys/kernel/random/boot_id')
const versionOn = (host: PracticeHost): Promise<string> => does(host, `dpkg-query -W -f='\${Version}' tool`)

/** Offers a version, patches some hosts with a reboot of each, and sees that they have both behind them. */
const patched = async (those: readonly PracticeHost[], version: string): Promise<void> => {
  for (const host of those) await does(host, offer([tool(version)]))
  const before = await Promise.all(those.map(bootOf))
  const limit = those.map(({ name }) => name).join(',')
  expectDone(await shop.site.fettle('patch', '--yes', '--reboot', 'always', '--soak', '2s', '-l', limit))
  expect(await Promise.all(those.map(versionOn))).toEqual(those.map(() => version))
  expect((await Promise.all(those.map(bootOf))).filter((boot) => before.includes(boot))).toEqual([])
}

const isHere = isForThisRun('patching')

test.runIf(isHere)('app hosts are upgraded and rebooted, one wave after the other', async () => {
  const measured = await underLoad(
    shop,
    'patch upgrades and reboots both app hosts',
    () => patched(shop.apps, '2'),
    short,
  )
  expectFlawless(measured)
})

test.runIf(isHere)(
  'balancers are upgraded and rebooted one by one: whoever comes by the other one notices nothing',
  async () => {
    for (const [index, host] of shop.balancers.entries()) {
      const urls = [host, ...shop.balancers.filter((other) => other !== host)].map(({ address }) => `http://${address}`)
      const began = performance.now()
      const [own, other] = await Promise.all(urls.map((url) => startLoadApart({ url, ...short })))
      await patched([host], `${3 + index}`)
      const [gone, kept] = await Promise.all([own?.stop(), other?.stop()])
      const seconds = (performance.now() - began) / 1000
      const row = { witnessed: 'not asked', orders: 'not asked', seconds }
      const through = (which: string) => `patch reboots ${host.name}, requests by ${which}`
      report({ ...row, scenario: through('the other one'), requests: kept?.requests ?? 0, failed: `${kept?.failed}` })
      report({ ...row, scenario: through('itself'), requests: gone?.requests ?? 0, failed: `${gone?.failed}` })
      expect(kept?.examples).toEqual([])
      expect(kept?.requests).toBeGreaterThan(100)
      expect(gone?.failed).toBeGreaterThan(0)
    }
  },
)

test.runIf(isHere)('a host whose app is not well stays out, and no request fails', async () => {
  const measured = await underLoad(
    shop,
    'patch stops at an app host that is not well, and goes on once it is mended',
    async () => {
      for (const host of shop.apps)
        await does(
          host,
          offer([{ ...tool('8'), configure: 'mv /srv/shop/instances/3000 /srv/shop/instances/gone || :' }]),
        )
      const stopped = await shop.site.fettle('patch', '--yes', '--json', '--soak', '2s', '-l', 'web')
      expect([stopped.exit, await versionOn(lab.host('web2'))]).toEqual([3, '2'])
      await does(lab.host('web1'), 'mv /srv/shop/instances/gone /srv/shop/instances/3000; systemctl start shop@3000')
      for (const host of shop.apps) await does(host, offer([tool('9')]))
      expectDone(await shop.site.fettle('patch', '--yes', '--soak', '2s', '-l', 'web'))
      expect(await Promise.all(shop.apps.map(versionOn))).toEqual(['9', '9'])
    },
    short,
  )
  expectFlawless(measured)
})
