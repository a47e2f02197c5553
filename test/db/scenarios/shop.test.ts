import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test } from 'vitest'
import { keep, small, sql, useAuthority } from '../../lab/database/support.ts'
import { usePracticeHosts } from '../../lab/harness.ts'
import { type Site, useSite } from '../../lab/support/site.ts'
import { compareOrders } from '../../load/generator/orders.ts'
import { startLoadApart } from '../../load/support/apart.ts'
import { report } from '../support/report.ts'

const lab = usePracticeHosts([
  'lb1',
  'lb2',
  'web1',
  'web2',
  ...['db1', 'db2'].map((name) => ({ name, release: 'trixie' })),
])
const hosts = (...names: readonly string[]) => names.map((name) => lab.host(name))

const siteYml = JSON.stringify({
  name: 'shop',
  groups: {
    web: {
      app: {
        apps: {
          shop: {
            command: 'node main.js',
            packages: ['nodejs'],
            balancers: 'lb',
            environment: { BASKET_SECRET: 'of all instances' },
            database: 'shop',
            health: { path: '/readyz', release: 'x-release' },
            migrate: 'node migrate.js',
            source: { folder: 'shop', build: 'npm ci --silent --omit=dev && npm run --silent build', output: 'dist' },
            rollout: { canarySoak: 1, soak: 1 },
          },
        },
      },
    },
    lb: {
      haproxy: {
        frontends: { web: { port: 80, backend: 'shop' } },
        backends: { shop: { app: 'shop' } },
        databases: { main: { from: { group: 'web' } } },
      },
    },
    db: {
      mysql: {
        ...small,
        ...{ flavor: 'mariadb', primary: 'db1', balancers: 'lb', databases: { shop: {} } },
        users: { shop: { password: 'generate', from: { group: 'web' }, grants: { 'shop.*': ['ALL'] } } },
      },
    },
  },
})

/** What takes some moments, and more on a busy machine. */
const patient = { timeout: 60_000, interval: 200 }

let site: Site

beforeAll(async () => {
  site = await useSite({
    siteYml,
    hosts: { lb: hosts('lb1', 'lb2'), web: hosts('web1', 'web2'), db: hosts('db1', 'db2') },
  })
  keep(site, { replication: 'between-servers', backup: 'for-copies' })
  await useAuthority(site)
  const source = fileURLToPath(new URL('../../../examples/shop', import.meta.url))
  await cp(source, join(site.folder, 'shop'), {
    recursive: true,
    filter: (path) => !/\/(dist|node_modules)$/.test(path),
  })
  for (const args of [
    ['provision', '--yes'],
    ['deploy', 'shop', '--version', 'v1', '--yes'],
  ]) {
    const { exit, stdout, stderr } = await site.fettle(...args)
    expect(exit, `${stdout}\n${stderr}`).toBe(0)
  }
}, 600_000)

test('a second run, of the app alone, finds the same password, and nothing to do', async () => {
  const { exit, stdout, stderr } = await site.fettle('provision', '--yes', '-l', 'web1')
  expect({ exit, stderr, stdout }).toMatchObject({ exit: 0, stdout: expect.stringContaining('Nothing to do') })
})

test('the database is what the shop sells from', async () => {
  const host = lab.host('db1')
  const answer = await fetch(`http://${lab.host('lb1').address}/products/mug`)
  expect(await answer.text()).toContain('Harbour mug')
  await sql(host, 'mariadb', "UPDATE shop.products SET name = 'Chipped mug' WHERE id = 'mug';")
  const page = async () => (await fetch(`http://${lab.host('lb1').address}/products/mug`)).text()
  await expect.poll(page, patient).toContain('Chipped mug')
})

test('nobody but root reads the password, and no process shows it', async () => {
  const password = (await site.fettle('secrets', 'get', 'mysql.users.shop.password')).stdout.trim()
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
    .poll(async () => (await site.fettle('db', 'status')).stdout, patient)
    .toContain('A switchover would be safe now')
  const load = await startLoadApart({ url: `http://${lab.host('lb1').address}`, streams: { order: { perSecond: 40 } } })
  await expect.poll(() => sql(lab.host('db1'), 'mariadb', 'SELECT COUNT(*) > 20 FROM shop.orders;'), patient).toBe('1')
  const { exit, stdout, stderr } = await site.fettle('db', 'switchover', '--yes')
  const before = Number(await sql(lab.host('db2'), 'mariadb', 'SELECT COUNT(*) FROM shop.orders;'))
  await expect
    .poll(() => sql(lab.host('db2'), 'mariadb', `SELECT COUNT(*) > ${before + 20} FROM shop.orders;`), patient)
    .toBe('1')
  const result = await load.stop()
  expect(exit, stdout + stderr).toBe(0)
  const stored = (await sql(lab.host('db2'), 'mariadb', 'SELECT id FROM shop.orders;')).split('\n')
  const { lost, twice } = compareOrders(result.orders, stored)
  report({
    ...{ server: 'mariadb', scenario: 'the shop takes orders through a switchover' },
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
