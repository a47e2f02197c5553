import { expect, test } from 'vitest'
import type { Flavor } from '../../../engine/core/database.ts'
import { sql, words } from '../../lab/database/support.ts'
import { killServer, noWriteFor, othersOf, useCluster, writerOf } from '../support/cluster.ts'
import { does, isSafe, type Subject } from '../support/subject.ts'
import { underWrites } from '../support/under-writes.ts'

/** All that a server has of some rows that nobody writes to meanwhile. */
const kept = ({ host, flavor }: Subject, name: string): Promise<string> =>
  sql(host(name), flavor, 'SELECT GROUP_CONCAT(id, note ORDER BY id) FROM shop.kept;')

/** What is said of a replica with which something is wrong, and why it is not promoted; nothing on it is touched. */
const isRefused = async (subject: Subject, name: string, trouble: RegExp): Promise<void> => {
  await expect
    .poll(async () => (await subject.db('status')).stdout, { timeout: 90_000, interval: 500 })
    .toMatch(trouble)
  expect((await subject.db('status')).exit).toBe(3)
  const before = await kept(subject, name)
  const { exit, stderr } = await subject.db('switchover', '--to', name, '--yes')
  expect([exit, stderr]).toEqual([1, expect.stringMatching(trouble)])
  expect(await kept(subject, name)).toBe(before)
}

export const badReplicas = (flavor: Flavor, release: string): void => {
  const cluster = useCluster(flavor, release)
  const delay = (seconds: number) =>
    flavor === 'mariadb'
      ? `STOP SLAVE; CHANGE MASTER TO MASTER_DELAY = ${seconds}; START SLAVE;`
      : `STOP REPLICA; CHANGE REPLICATION SOURCE TO SOURCE_DELAY = ${seconds}; START REPLICA;`

  /** It goes on to confirm what it receives: what it alone has then keeps everybody else from being promoted unasked. */
  const deaf = flavor === 'mariadb' ? 'STOP SLAVE IO_THREAD;' : 'STOP REPLICA IO_THREAD;'

  /** Behind everybody's back, and without a trace in its binlog. */
  const behind = (statements: string): string =>
    flavor === 'mariadb'
      ? `SET SESSION sql_log_bin = 0; ${statements}`
      : `SET GLOBAL super_read_only = OFF; SET SESSION sql_log_bin = 0; ${statements} SET GLOBAL super_read_only = ON;`

  const chosen = async () => {
    const { subject } = cluster
    await isSafe(subject)
    const [bad = '', good = ''] = await othersOf(subject)
    const writer = await writerOf(subject)
    await sql(
      subject.host(writer),
      flavor,
      `CREATE TABLE IF NOT EXISTS shop.kept (id INT PRIMARY KEY, note TEXT);
REPLACE INTO shop.kept VALUES (1, 'one'), (2, 'two');`,
    )
    await expect.poll(() => kept(subject, bad), { timeout: 30_000 }).toBe('1one,2two')
    return { subject, bad, good, writer }
  }

  test('that lacks a row is broken by it: it is not promoted, another one takes over, and it gets a copy', {
    timeout: 600_000,
  }, async () => {
    const { subject, bad, good, writer } = await chosen()
    let failedOver = ''
    await underWrites(
      subject,
      'a row deleted on a replica by hand; failover to the other one',
      async () => {
        await sql(subject.host(bad), flavor, behind('DELETE FROM shop.kept WHERE id = 1;'))
        await sql(subject.host(writer), flavor, "UPDATE shop.kept SET note = 'uno' WHERE id = 1;")
        await isRefused(subject, bad, new RegExp(`${bad} does not apply: .*(Update_rows|1032)`))
        await sql(subject.host(bad), flavor, deaf)
        await killServer(subject, writer)
        const { exit, stdout, stderr } = await subject.db('failover', '--yes')
        expect({ exit, said: exit === 3 ? '' : stdout + stderr }).toEqual({ exit: 3, said: '' })
        failedOver = await writerOf(subject)
        for (const name of [bad, writer]) await does(subject, 'reseed', name)
      },
      noWriteFor,
    )
    expect(failedOver).toBe(good)
  })

  test('that applies an hour later is not promoted, and another one takes over', { timeout: 600_000 }, async () => {
    const { subject, bad, good, writer } = await chosen()
    let failedOver = ''
    await underWrites(
      subject,
      'a replica that applies an hour later; failover to the other one',
      async () => {
        await sql(subject.host(bad), flavor, delay(3600))
        await isRefused(subject, bad, new RegExp(`${bad} is \\d+\\.\\d s behind`))
        await sql(subject.host(bad), flavor, deaf)
        await killServer(subject, writer)
        const { exit, stdout, stderr } = await subject.db('failover', '--yes')
        expect({ exit, said: exit === 3 ? '' : stdout + stderr }).toEqual({ exit: 3, said: '' })
        failedOver = await writerOf(subject)
        await sql(subject.host(bad), flavor, delay(0))
        await does(subject, 'reseed', writer)
      },
      noWriteFor,
    )
    expect(failedOver).toBe(good)
  })

  test('whose disk is full falls behind, is not promoted, and catches up when there is room', {
    timeout: 600_000,
  }, async () => {
    const { subject, bad } = await chosen()
    const small = subject.host(bad)
    const onSmallDisk = `
systemctl stop ${words[flavor].unit} && cp -a /var/lib/mysql /srv/kept &&
  size=$(du -sm /srv/kept | cut -f 1) && mount -t tmpfs -o "size=$((size + 64))m,mode=755" tmpfs /var/lib/mysql &&
  cp -a /srv/kept/. /var/lib/mysql/ && chown mysql:mysql /var/lib/mysql && systemctl start ${words[flavor].unit}`
    const back = `
systemctl stop ${words[flavor].unit}; mkdir /srv/moved; cp -a /var/lib/mysql/. /srv/moved/ && umount /var/lib/mysql &&
  find /var/lib/mysql -mindepth 1 -delete && cp -a /srv/moved/. /var/lib/mysql/ && rm -rf /srv/moved /srv/kept &&
  systemctl start ${words[flavor].unit}`
    expect(await small.sh(onSmallDisk)).toMatchObject({ exit: 0 })
    await does(subject, 'resume')
    await isSafe(subject)
    await underWrites(
      subject,
      'the disk of a replica is full',
      async () => {
        await small.sh('dd if=/dev/zero of=/var/lib/mysql/filling bs=64k 2>/dev/null')
        await isRefused(
          subject,
          bad,
          new RegExp(`${bad} (is active: it gives no answer|is \\d+\\.\\d s behind|does not)`),
        )
        await small.sh('rm -f /var/lib/mysql/filling')
        await expect
          .poll(async () => (await subject.db('resume', '--yes')).exit, { timeout: 180_000, interval: 1000 })
          .toBe(0)
        await isSafe(subject)
      },
      noWriteFor,
    )
    expect(await small.sh(back)).toMatchObject({ exit: 0 })
    await does(subject, 'resume')
  })
}
