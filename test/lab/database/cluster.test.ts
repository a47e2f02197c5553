import { beforeAll, describe, expect, test } from 'vitest'
import { usePracticeHosts } from '../harness.ts'
import { type Site, type Told, useSite } from '../support/site.ts'
import { deedsOf, nothing, planOf, resultOf } from '../support/told.ts'
import { keep, small, sql, useAuthority, words } from './support.ts'

const lab = usePracticeHosts(['db1', 'db2', { name: 'my2', release: 'sid' }])

/** A pair of MariaDB whose commits wait for each other for ever, and a MySQL server whose primary is elsewhere. */
const siteYml = JSON.stringify({
  name: 'cluster',
  groups: {
    db: {
      mysql: {
        ...small,
        databases: { shop: {} },
        users: { shop: { password: 'file:keys/shop', grants: { 'shop.*': ['ALL'] } } },
        semiSync: { enabled: true, timeout: null },
      },
    },
    maria: { mysql: { cluster: 'maria', primary: 'db1' } },
    my: { mysql: { cluster: 'my', flavor: 'mysql', primary: 'my1' } },
  },
})

let site: Site
const provision = (): Promise<Told> => site.fettle('provision', '--yes', '--json', '--limit', 'db1,db2,my2')

beforeAll(async () => {
  const [db1, db2, my2] = ['db1', 'db2', 'my2'].map((name) => lab.host(name))
  if (!db1 || !db2 || !my2) throw new Error('there are three')
  const my1 = { ...my2, name: 'my1', address: '192.0.2.1' }
  site = await useSite({ siteYml, hosts: { db: [db1, db2, my1, my2], maria: [db1, db2], my: [my1, my2] } })
  keep(site, { shop: 'shop', replication: 'replication', backup: 'backup' })
  await useAuthority(site)
})

test('only the host that begins a cluster gets its databases and accounts, and waits for nobody else', async () => {
  const told = await provision()
  expect(['db1', 'db2', 'my2'].map((name) => resultOf(told, name)?.problem)).toEqual([undefined, undefined, undefined])
  const objects = (name: string) =>
    deedsOf(told, name).changed.filter((key) => /^database(-account|-table)?:/.test(key))
  expect(objects('db1')).toEqual([
    'database-account:fettle',
    'database-account:replication',
    'database-account:shop',
    'database-table:fettle.heartbeat',
    'database:fettle',
    'database:shop',
  ])
  expect([objects('db2'), objects('my2')]).toEqual([[], []])
  const waiting = 'SELECT @@rpl_semi_sync_master_enabled, @@rpl_semi_sync_master_timeout, @@read_only;'
  expect(await sql(lab.host('db1'), 'mariadb', waiting)).toBe('1\t4294967295\t0')
  expect((await site.fettle('db', 'status', '--cluster', 'maria')).stdout).toMatch(
    /db1 +writer .* 1 replica confirms$/m,
  )
  const left = told.events.flatMap((event) => (event.type === 'warning' ? [event.message] : []))
  expect(left).toEqual([expect.stringContaining('cluster "my" is left as it is: my1 does not answer')])
})

test('a server that is to follow has written nothing of its own, however often it starts', async () => {
  const own = await sql(lab.host('db1'), 'mariadb', 'SELECT @@server_id;')
  for (const [name, flavor, written] of [
    ['db2', 'mariadb', new RegExp(`^0-${own}-\\d+$`)],
    ['my2', 'mysql', /^$/],
  ] as const) {
    expect(await sql(lab.host(name), flavor, words[flavor].written)).toMatch(written)
    await lab.host(name).sh(`systemctl restart ${words[flavor].unit}`)
    expect(await sql(lab.host(name), flavor, words[flavor].written)).toMatch(written)
    await expect
      .poll(() => lab.host(name).sh('systemctl is-active fettle-heartbeat'))
      .toMatchObject({ stdout: 'active\n' })
  }
  expect(await sql(lab.host('db1'), 'mariadb', words.mariadb.written)).toMatch(/^0-\d+-\d+$/)
})

test('a second run has nothing to do', async () => {
  const told = await provision()
  expect(['db1', 'db2', 'my2'].map((name) => deedsOf(told, name))).toEqual([nothing, nothing, nothing])
})

test('what replicas log in with is kept where root alone reads it', async () => {
  const { stdout } = await lab
    .host('my2')
    .sh('stat -c "%a %U" /var/lib/fettle/database/my/*; cat /var/lib/fettle/database/my/replication')
  expect(stdout.split('\n').slice(0, 2)).toEqual(['600 root', '600 root'])
  expect(stdout.split('\n')[2]).toMatch(/^'.*-replication'$/)
})

describe('a writer that nobody has opened since it started', () => {
  test('is left as it is, and the plan says so', async () => {
    await lab.host('db1').sh('systemctl restart mariadb')
    const unasked = (on: number) => `SET GLOBAL rpl_semi_sync_master_enabled = ${on};`
    await sql(lab.host('db1'), 'mariadb', `${unasked(0)} CREATE USER 'root'@'%'; ${unasked(1)}`)
    const told = await site.fettle('plan', '--json', '--limit', 'db1')
    expect(planOf(told, 'db1')).toMatchObject({ changes: [], notices: [expect.stringContaining('takes no writes')] })
  })

  test('is looked after again when it takes writes', async () => {
    await sql(lab.host('db1'), 'mariadb', words.mariadb.open)
    const told = await site.fettle('plan', '--json', '--limit', 'db1')
    expect(planOf(told, 'db1').changes.map(({ key }) => key)).toEqual(['database-account:root'])
  })
})
