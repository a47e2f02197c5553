import { cp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test } from 'vitest'
import { keep, small, sql, useAuthority } from '../../lab/database/support.ts'
import { usePracticeHosts } from '../../lab/harness.ts'
import { type Site, useSite } from '../../lab/support/site.ts'
import { compareOrders } from '../../load/generator/orders.ts'
import { startLoadApart } from '../../load/support/apart.ts'
import { report } from '../support/report.ts'

const lab = usePracticeHosts(['lb1', 'web1', 'web2', ...['db1', 'db2'].map((name) => ({ name, release: 'trixie' }))])
const hosts = (...names: readonly string[]) => names.map((name) => lab.host(name))

const siteYml = (balancer: string): string =>
  JSON.stringify({
    name: 'shop',
    groups: {
      web: {
        ca: {},
        app: {
          apps: {
            shop: {
              command: 'node main.js',
              packages: ['nodejs'],
              balancers: 'lb',
              environment: {
                ...{ BASKET_SECRET: 'of all instances', DATABASE_CA: '/etc/fettle/ca.pem' },
                ...{ DATABASE_HOST: balancer, DATABASE_READER_PORT: '3307' },
              },
              secrets: { DATABASE_PASSWORD: 'file:keys/shop' },
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
          users: { shop: { password: 'file:keys/shop', from: { group: 'web' }, grants: { 'shop.*': ['ALL'] } } },
        },
      },
    },
  })

let site: Site

beforeAll(async () => {
  const [lb1] = hosts('lb1')
  site = await useSite({
    siteYml: siteYml(lb1?.address ?? ''),
    hosts: { lb: hosts('lb1'), web: hosts('web1', 'web2'), db: hosts('db1', 'db2') },
  })
  keep(site, { replication: 'between-servers', backup: 'for-copies' })
  // An app has its secrets in its environment, where root finds them.
  await writeFile(join(site.folder, 'keys/shop'), 'a word for the shop\n', { mode: 0o600 })
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

test('the shop takes orders through a switchover: no request fails, and every order is there', async () => {
  await expect
    .poll(async () => (await site.fettle('db', 'status')).stdout, { timeout: 30_000, interval: 500 })
    .toContain('A switchover would be safe now')
  const load = await startLoadApart({ url: `http://${lab.host('lb1').address}`, streams: { order: { perSecond: 40 } } })
  await expect.poll(() => sql(lab.host('db1'), 'mariadb', 'SELECT COUNT(*) > 20 FROM shop.orders;')).toBe('1')
  const { exit, stdout, stderr } = await site.fettle('db', 'switchover', '--yes')
  const before = Number(await sql(lab.host('db2'), 'mariadb', 'SELECT COUNT(*) FROM shop.orders;'))
  await expect
    .poll(() => sql(lab.host('db2'), 'mariadb', `SELECT COUNT(*) > ${before + 20} FROM shop.orders;`))
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
