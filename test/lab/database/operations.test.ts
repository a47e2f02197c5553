import { beforeAll, describe, expect, test } from 'vitest'
import { type PracticeHost, usePracticeHosts } from '../harness.ts'
import { flavorsForThisRun } from '../support/extent.ts'
import { type Site, type Told, useSite } from '../support/site.ts'
import { expectDone } from '../support/told.ts'
import { keep, small, sql, useAuthority } from './support.ts'

describe.each(flavorsForThisRun)('a cluster of %s on %s', (flavor, release) => {
  const lab = usePracticeHosts(['db1', 'db2'].map((name) => ({ name, release })))
  const host = (name: string): PracticeHost => lab.host(name)
  const again = flavor === 'mariadb' ? 'STOP SLAVE; START SLAVE;' : 'STOP REPLICA; START REPLICA;'
  let site: Site

  const db = (...words: readonly string[]): Promise<Told> => site.fettle('db', ...words)
  const does = async (...words: readonly string[]): Promise<void> => {
    expectDone(await db(...words, '--yes'))
  }
  const rows = (name: string) => sql(host(name), flavor, 'SELECT GROUP_CONCAT(id ORDER BY id) FROM shop.orders;')
  const write = (name: string, id: number) => sql(host(name), flavor, `INSERT INTO shop.orders VALUES (${id});`)

  beforeAll(async () => {
    const mysql = { ...small, flavor, primary: 'db1', databases: { shop: {} } }
    site = await useSite({
      siteYml: JSON.stringify({ name: 'shop', groups: { db: { mysql } } }),
      hosts: { db: [host('db1'), host('db2')] },
    })
    keep(site, { replication: 'between-servers', backup: 'for-copies' })
    await useAuthority(site)
    expectDone(await site.fettle('provision', '--yes'))
  })

  test('begins with the described writer, and copies for the others', async () => {
    expect((await db('status')).stdout).toContain('main: db1 is the writer, by promotion 1')
    await sql(host('db1'), flavor, 'CREATE TABLE shop.orders (id INT PRIMARY KEY);')
    await write('db1', 1)
    await expect.poll(() => rows('db2'), { timeout: 20_000 }).toBe('1')
  })

  test('says that a switchover would be safe', async () => {
    await expect
      .poll(async () => (await db('status')).stdout, { timeout: 20_000, interval: 1000 })
      .toContain('A switchover would be safe now, to db2.')
    expect((await db('status')).stdout).toMatch(/db2 +replica .* TLS, verified$/m)
  })

  test('follows nobody whose certificate is of another authority', async () => {
    const authority = '/etc/mysql/tls/authority.pem'
    await host('db2').sh(`cp -p ${authority} /run/kept && cat /etc/mysql/tls/server.pem >${authority}`)
    await sql(host('db2'), flavor, again)
    await expect
      .poll(async () => (await db('status')).stdout, { timeout: 20_000, interval: 1000 })
      .toMatch(/db2 does not receive: .*(certificate|SSL|TLS)/i)
    await host('db2').sh(`cp -p /run/kept ${authority}`)
    await does('resume')
    await expect
      .poll(async () => (await db('status')).stdout, { timeout: 20_000, interval: 1000 })
      .toContain('A switchover would be safe now, to db2.')
  })

  test('hands over, and back', async () => {
    await does('switchover')
    await write('db2', 2)
    await expect.poll(() => rows('db1'), { timeout: 20_000 }).toBe('1,2')
    await expect
      .poll(async () => (await db('status')).stdout, { timeout: 20_000, interval: 1000 })
      .toContain('A switchover would be safe now, to db1.')
    await does('switchover', '--to', 'db1')
    await write('db1', 3)
    await expect.poll(() => rows('db2'), { timeout: 20_000 }).toBe('1,2,3')
  })

  test('takes no writes where a host reboots, until it is told to', async () => {
    await host('db1').sh(`systemctl restart ${flavor}`)
    expect((await db('status')).stdout).toContain('db1 takes no writes')
    await does('resume')
    await write('db1', 4)
    await expect.poll(() => rows('db2'), { timeout: 30_000 }).toBe('1,2,3,4')
  })

  test('fails over when the writer is killed, and takes it back', async () => {
    await host('db1').sh(`systemctl mask --runtime ${flavor}; systemctl kill --signal=KILL ${flavor}`)
    await expect.poll(async () => (await db('failover', '--yes')).exit, { timeout: 60_000, interval: 1000 }).toBe(3)
    await write('db2', 5)
    await does('rejoin', 'db1')
    await expect.poll(() => rows('db1'), { timeout: 30_000 }).toBe('1,2,3,4,5')
  })
})
