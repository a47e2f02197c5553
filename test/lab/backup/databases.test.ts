import { beforeAll, describe, expect, test } from 'vitest'
import type { Flavor } from '../../../engine/core/database.ts'
import { quote } from '../../../engine/core/shell.ts'
import { keep, small, sql, useAuthority, words } from '../database/support.ts'
import { usePracticeHosts } from '../harness.ts'
import { flavorsForThisRun, isSample } from '../support/extent.ts'
import { type Site, type Told, useSite } from '../support/site.ts'
import { deedsOf, expectDone, nothing } from '../support/told.ts'
import { momentOn } from './support.ts'

const siteYml = (flavor: Flavor) =>
  JSON.stringify({
    name: 'shop',
    groups: {
      db: { mysql: { ...small, flavor, primary: 'db1', databases: { shop: {} } }, backup: { to: 'vault' } },
      vault: { backup: { to: 'vault' } },
    },
  })

describe.each(flavorsForThisRun)('%s on %s', (flavor, release) => {
  const lab = usePracticeHosts(
    ['db1', 'db2'].map((name) => ({ name, release })).concat([{ name: 'vault1', release: 'bookworm' }]),
  )
  const [writer, replica, vault] = [() => lab.host('db1'), () => lab.host('db2'), () => lab.host('vault1')]
  let site: Site

  const ask = (statements: string) => sql(writer(), flavor, statements)
  const order = (id: string) => ask(`INSERT INTO shop.orders (id) VALUES ('${id}');`)
  const orders = (host = writer()) => sql(host, flavor, 'SELECT GROUP_CONCAT(id ORDER BY id) FROM shop.orders;')
  const backup = (...args: readonly string[]): Promise<Told> => site.fettle('backup', ...args)
  const restore = (...args: readonly string[]): Promise<Told> => site.fettle('restore', 'db', ...args, '--yes')
  const made = ({ events }: Told) =>
    events.flatMap((event) => (event.type === 'backup.made' && event.cluster !== null ? [event] : []))

  const leftover = async (): Promise<string> =>
    (
      await Promise.all(
        [writer(), replica()].map((host) =>
          host.sh('ls -d /var/lib/fettle-scratch/* 2>/dev/null; systemctl is-active fettle-scratch-main'),
        ),
      )
    )
      .map(({ stdout }) => stdout)
      .join('')

  beforeAll(async () => {
    site = await useSite({ siteYml: siteYml(flavor), hosts: { db: [writer(), replica()], vault: [vault()] } })
    keep(site, { replication: 'between-servers', backup: 'for-copies' })
    await useAuthority(site)
    expectDone(await site.fettle('provision', '--yes'))
    await ask('CREATE TABLE shop.orders (id VARCHAR(20) PRIMARY KEY);')
    await order('a')
  }, 900_000)

  test('is there, and there is nothing more to do', async () => {
    const told = await site.fettle('provision', '--yes', '--json')
    for (const host of ['db1', 'db2', 'vault1']) expect(deedsOf(told, host)).toEqual(nothing)
  })

  test('a replica makes the copy, and nothing of it stays on its host', async () => {
    const told = await backup('run', '--json')
    expect(told.exit, told.stderr + told.stdout).toBe(0)
    expect(made(told).map(({ host, to, cluster }) => [host, to, cluster])).toEqual([['db2', 'vault1', 'main']])
    expect((await replica().sh('ls /var/lib/fettle-backup-database')).stdout).toBe('')
    const { stdout } = await backup('list')
    expect(stdout).toMatch(/^the database main +vault1 +\w{8} +\S+ +databases$/m)
  })

  test('a table that was dropped comes back as it was in the second before', { timeout: 600_000 }, async () => {
    await order('b')
    const at = await momentOn(writer())
    await order('c')
    await ask('DROP TABLE shop.orders; CREATE TABLE shop.orders (id INT);')
    const told = await restore('--at', at, '--table', 'shop.orders')
    expectDone(told)
    expect(await orders()).toBe('a,b')
    await expect.poll(() => orders(replica()), { timeout: 30_000 }).toBe('a,b')
    const aside = /becomes (\w+)/.exec(told.stdout)?.[1] ?? ''
    expect(await ask(`SELECT COUNT(*) FROM shop.${aside};`)).toBe('0')
    expect(await leftover()).toBe('inactive\ninactive\n')
  })

  test.skipIf(isSample)(
    'a server with the copy stays for whoever wants to look at it',
    { timeout: 600_000 },
    async () => {
      const told = await restore()
      expectDone(told)
      const socket = /--socket=(\S+),/.exec(told.stderr)?.[1] ?? ''
      const asked = `echo 'SELECT GROUP_CONCAT(id) FROM shop.orders;' | ${flavor} --no-defaults -uroot -BN --socket=${socket}`
      expect((await replica().sh(asked)).stdout).toBe('a\n')
      expect((await replica().sh(`ss -Hltnp | grep -c scratch`)).stdout).toBe('0\n')
    },
  )

  test('a drill says how long it took and what would be lost, and leaves nothing', { timeout: 600_000 }, async () => {
    const told = await backup('drill', '--yes', '--json')
    expect(told.exit, told.stderr + told.stdout).toBe(0)
    const restored = JSON.parse(told.stdout.split('\n').find((line) => line.includes('"restored"')) ?? '')
    expect(restored).toMatchObject({ cluster: 'main', databases: [{ name: 'shop', tables: 1 }] })
    expect(restored.rpo).toBeLessThan(60_000)
    expect(restored.rto).toBeGreaterThan(0)
    expect(await leftover()).toBe('inactive\ninactive\n')
  })

  const copiesAsSql = async () => (await backup('list')).stdout.split('\n').filter((line) => line.endsWith(' sql'))

  test('as SQL, a replica writes it, and a server that has nothing reads it', { timeout: 600_000 }, async () => {
    await ask(
      "CREATE DATABASE `other one`; CREATE TABLE `other one`.t (x BLOB); INSERT INTO `other one`.t VALUES (x'00ff27');",
    )
    const told = await backup('run', '--sql', '--json')
    expect(told.exit, told.stderr + told.stdout).toBe(0)
    expect(made(told).map(({ host, to, cluster }) => [host, to, cluster])).toEqual([['db2', 'vault1', 'main']])
    expect((await replica().sh('ls /var/lib/fettle-backup-database')).stdout).toBe('')
    expectDone(await backup('drill', '--sql', '--yes'))
    expect(await leftover()).toBe('inactive\ninactive\n')
    const restored = await restore('--sql')
    expectDone(restored)
    expect(restored.stdout).toMatch(/other one \(1 table\), shop \(2 tables\), every table is sound/)
    const socket = /--socket=(\S+),/.exec(restored.stderr)?.[1] ?? ''
    const asked = `echo 'SELECT GROUP_CONCAT(id) FROM shop.orders; SELECT HEX(x) FROM \`other one\`.t;' | ${flavor} --no-defaults -uroot -BN --socket=${socket}`
    expect((await replica().sh(asked)).stdout).toBe('a,b\n00FF27\n')
  })

  /** MySQL lets not even root write to a replica. */
  const refusing = (how: 'ON' | 'OFF') => (flavor === 'mysql' ? `SET GLOBAL super_read_only = ${how};` : '')

  test('a copy that has not all that was there when it was begun fails a drill', { timeout: 600_000 }, async () => {
    await ask('CREATE TABLE shop.spare (x INT);')
    const dump = flavor === 'mariadb' ? 'mariadb-dump' : 'mysqldump'
    const wrapper = `/usr/local/bin/${dump}`
    await expect.poll(() => sql(replica(), flavor, 'SELECT COUNT(*) FROM shop.spare;')).toBe('0')
    const drop = `${refusing('OFF')} SET sql_log_bin = 0; DROP TABLE shop.spare; ${refusing('ON')}`
    const content = `#!/bin/sh\necho '${drop}' | ${flavor} --no-defaults -uroot && exec /usr/bin/${dump} "$@"\n`
    await replica().sh(`printf %s ${quote(content)} >${wrapper} && chmod +x ${wrapper}`)
    expectDone(await backup('run', '--sql'))
    await replica().sh(`rm ${wrapper}`)
    const told = await backup('drill', '--sql', '--yes')
    expect(told.exit, told.stdout).toBe(1)
    expect(told.stderr).toMatch(/has not all that its server had when it was begun\n.*shop has 2 of 3 tables/)
    expect(await leftover()).toBe('inactive\ninactive\n')
  })

  test.skipIf(isSample)('what cannot be written as SQL as a whole is not copied', { timeout: 600_000 }, async () => {
    const before = await copiesAsSql()
    expect(before).toHaveLength(2)
    await ask(
      'CREATE TABLE shop.gone (x INT); CREATE VIEW shop.dangling AS SELECT * FROM shop.gone; DROP TABLE shop.gone;',
    )
    const told = await backup('run', '--sql')
    expect([told.exit, told.stdout + told.stderr]).toEqual([3, expect.stringContaining('dangling')])
    expect(await copiesAsSql()).toEqual(before)
    expect((await replica().sh('ls /var/lib/fettle-backup-database')).stdout).toBe('')
    await ask('DROP VIEW shop.dangling;')
  })

  test('what cannot be restored is told, and nothing is touched', { timeout: 600_000 }, async () => {
    const early = await restore('--at', '2020-01-01')
    expect([early.exit, early.stderr]).toEqual([
      1,
      expect.stringContaining('there is no copy of the database main as old as'),
    ])
    await replica().sh(
      'cp /etc/fettle/backup/vault1_main/password /root/password && echo wrong >/etc/fettle/backup/vault1_main/password',
    )
    const locked = await backup('drill', '--yes')
    expect([locked.exit, locked.stderr]).toEqual([1, expect.stringContaining('wrong password')])
    await replica().sh('cat /root/password >/etc/fettle/backup/vault1_main/password')
    const pack = "$(find /srv/backup/_main/data -type f -printf '%s %p\\n' | sort -n | tail -n 1 | cut -d ' ' -f 2)"
    await vault().sh(
      `pack=${pack}; cp -p $pack /root/pack; head -c 1000 /dev/zero | dd of=$pack bs=1 seek=1000 conv=notrunc`,
    )
    const broken = await backup('drill', '--yes')
    expect(broken.exit, broken.stdout).toBe(1)
    await vault().sh(`cat /root/pack >${pack}`)
    expect(await orders()).toBe('a,b')
  })

  test.skipIf(isSample)('without a replica in order the writer makes the copy, and that is said', async () => {
    await sql(replica(), flavor, flavor === 'mariadb' ? 'STOP SLAVE;' : 'STOP REPLICA;')
    const told = await backup('run', '--json')
    expect(made(told).map(({ host }) => host)).toEqual(['db1'])
    expect(told.events).toContainEqual(
      expect.objectContaining({ type: 'warning', message: 'no replica is in order: the writer makes the copy' }),
    )
    expect(words[flavor].unit).toBeTruthy()
  })
})
