import { expect, test } from 'vitest'
import type { Flavor } from '../../../engine/core/database.ts'
import { sql } from '../../lab/database/support.ts'
import { does } from '../../lab/support/does.ts'
import { offer, type TestPackage } from '../../lab/support/repository.ts'
import { expectDone } from '../../lab/support/told.ts'
import { compareOrders } from '../../load/generator/orders.ts'
import { startLoadApart } from '../../load/support/apart.ts'
import { report } from '../support/report.ts'
import { shopHosts, useDatabaseShop } from './database-shop.ts'

const tool = (version: string): TestPackage => ({ name: 'tool', version })

const streams = { order: { perSecond: 10 }, download: null }

/** Whoever comes while the address moves, or had a connection open, gets no answer, and no wrong one. */
const isUnanswered = (kind: string): boolean => /^(connect|unreachable|reset|closed|truncated|timeout)/.test(kind)

/** The shop takes orders while every host of it is patched. */
export const patched = (flavor: Flavor): void => {
  const shop = useDatabaseShop(flavor)
  const onAll = (script: string): Promise<string[]> =>
    Promise.all(shopHosts.map((name) => does(shop.lab.host(name), script)))

  test('every host is upgraded and rebooted in one run; a request fails only when the address moves', {
    timeout: 1_200_000,
  }, async () => {
    await onAll(`${offer([tool('1')])}; apt-get -qq update && apt-get -qq -y install tool && apt-get -qq -y upgrade`)
    await onAll(offer([tool('2')]))
    const before = await onAll('cat /proc/sys/kernel/random/boot_id')
    await expect
      .poll(async () => (await shop.site.fettle('db', 'status')).stdout, { timeout: 60_000, interval: 500 })
      .toContain('A switchover would be safe now')
    await expect
      .poll(async () => (await shop.site.fettle('lb', 'status')).exit, { timeout: 60_000, interval: 500 })
      .toBe(0)
    const load = await startLoadApart({ url: `http://${shop.address}`, streams })
    const told = await shop.site.fettle('patch', '--yes', '--json', '--reboot', 'always', '--soak', '2s')
    const result = await load.stop()
    expectDone(told)
    const waves = told.events.flatMap((event) => (event.type === 'wave.started' ? [event.hosts] : []))
    expect(waves.flat().sort()).toEqual([...shopHosts].sort())
    expect(waves.filter((wave) => wave.length > 1)).toEqual([])
    expect(await onAll(`dpkg-query -W -f='\${Version}' tool`)).toEqual(shopHosts.map(() => '2'))
    expect((await onAll('cat /proc/sys/kernel/random/boot_id')).filter((boot) => before.includes(boot))).toEqual([])

    const stored = (await sql(shop.lab.host('db1'), flavor, 'SELECT id FROM shop.orders;')).split('\n')
    const { lost, twice } = compareOrders(result.orders, stored)
    const classes = Object.entries(result.failures).map(([kind, count]) => `${count} ${kind}`)
    report({
      ...{ server: flavor, scenario: 'patch reboots all six hosts' },
      ...{ writes: result.orders.acknowledged.length, lost: lost.length, twice: twice.length, missing: 0, writers: 0 },
      measured: `${result.requests} requests, ${result.failed} failed: ${classes.join(', ') || 'none'}`,
    })
    expect({ lost, twice }).toEqual({ lost: [], twice: [] })
    expect(result.requests).toBeGreaterThan(500)
    expect(Object.keys(result.failures).filter((kind) => !isUnanswered(kind))).toEqual([])
  })
}
