import { expect, test } from 'vitest'
import type { Flavor } from '../../../engine/core/database.ts'
import { sql } from '../../lab/database/support.ts'
import { compareOrders } from '../../load/generator/orders.ts'
import { startLoadApart } from '../../load/support/apart.ts'
import { report } from '../support/report.ts'
import { useDatabaseShop } from './database-shop.ts'

/** The shop has its catalogue and its orders in a cluster, and knows nothing of which kind. */
export const selling = (flavor: Flavor): void => {
  const shop = useDatabaseShop(flavor)
  const { lab } = shop

  /** What takes some moments, and more on a busy machine. */
  const patient = { timeout: 60_000, interval: 200 }

  test('a second run, of the app alone, finds the same password, and nothing to do', async () => {
    const { exit, stdout, stderr } = await shop.site.fettle('provision', '--yes', '-l', 'web1')
    expect({ exit, stderr, stdout }).toMatchObject({ exit: 0, stdout: expect.stringContaining('Nothing to do') })
  })

  test('the database is what the shop sells from', async () => {
    const host = lab.host('db1')
    const answer = await fetch(`http://${lab.host('lb1').address}/products/mug`)
    expect(await answer.text()).toContain('Harbour mug')
    await sql(host, flavor, "UPDATE shop.products SET name = 'Chipped mug' WHERE id = 'mug';")
    const page = async () => (await fetch(`http://${lab.host('lb1').address}/products/mug`)).text()
    await expect.poll(page, patient).toContain('Chipped mug')
  })

  test('nobody but root reads the password, and no process shows it', async () => {
    const password = (await shop.site.fettle('secrets', 'get', 'mysql.users.shop.password')).stdout.trim()
    const host = lab.host('web1')
    const modes = await host.sh('stat -c %a:%U /etc/fettle/apps /etc/fettle/apps/shop.env')
    expect(modes.stdout).toBe('700:root\n600:root\n')
    const shown = await host.sh(
      "ps -eww -o args; cat /proc/[0-9]*/cmdline | tr '\\0' ' '; journalctl --no-pager -o export",
    )
    expect(shown.stdout).toContain('node main.js')
    expect(password).toHaveLength(32)
    expect(shown.stdout).not.toContain(password)
  })

  test('the shop takes orders through a switchover: no request fails, and every order is there', async () => {
    await expect
      .poll(async () => (await shop.site.fettle('db', 'status')).stdout, patient)
      .toContain('A switchover would be safe now')
    const load = await startLoadApart({
      url: `http://${lab.host('lb1').address}`,
      streams: { order: { perSecond: 40 } },
    })
    await expect.poll(() => sql(lab.host('db1'), flavor, 'SELECT COUNT(*) > 20 FROM shop.orders;'), patient).toBe('1')
    const { exit, stdout, stderr } = await shop.site.fettle('db', 'switchover', '--yes')
    const before = Number(await sql(lab.host('db2'), flavor, 'SELECT COUNT(*) FROM shop.orders;'))
    await expect
      .poll(() => sql(lab.host('db2'), flavor, `SELECT COUNT(*) > ${before + 20} FROM shop.orders;`), patient)
      .toBe('1')
    const result = await load.stop()
    expect(exit, stdout + stderr).toBe(0)
    const stored = (await sql(lab.host('db2'), flavor, 'SELECT id FROM shop.orders;')).split('\n')
    const { lost, twice } = compareOrders(result.orders, stored)
    report({
      ...{ server: flavor, scenario: 'the shop takes orders through a switchover' },
      ...{ writes: result.orders.acknowledged.length, lost: lost.length, twice: twice.length, missing: 0, writers: 0 },
      measured: `${result.requests} requests, ${result.failed} failed`,
    })
    expect(result.examples).toEqual([])
    expect({ failed: result.failed, lost, twice }).toEqual({ failed: 0, lost: [], twice: [] })
  })

  test('a balancer that is gone costs nothing but a moment: the shop comes to its database by the other one', async () => {
    await lab.host('lb1').sh('systemctl stop haproxy.service')
    const url = `http://${lab.host('lb2').address}`
    const body = JSON.stringify({ id: 'by-the-other', items: [{ product: 'mug', quantity: 1 }] })
    const headers = { 'Content-Type': 'application/json' }
    const order = () => fetch(`${url}/orders`, { method: 'POST', headers, body })
    expect((await order()).status).toBe(201)
    expect((await fetch(`${url}/products/mug`)).status).toBe(200)
    await lab.host('lb1').sh('systemctl start haproxy.service')
  })
}
