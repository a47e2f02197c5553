import { beforeAll, describe, expect, test } from 'vitest'
import { cut, healBetween, powerOff, reboot, start } from '../../../engine/lab/index.ts'
import { type PracticeHost, usePracticeHosts } from '../harness.ts'
import { flavorsForThisRun } from '../support/extent.ts'
import { type Site, type Told, useSite } from '../support/site.ts'
import { expectDone } from '../support/told.ts'
import { keep, small, sql, useAuthority } from './support.ts'

/** Rows of random bytes, some 300 MB: a copy takes longer than a look at it. */
const load = `SET sql_log_bin = 0;
CREATE TABLE shop.orders (id INT PRIMARY KEY AUTO_INCREMENT, note VARBINARY(1000));
INSERT INTO shop.orders (note) VALUES (RANDOM_BYTES(1000));
${'INSERT INTO shop.orders (note) SELECT RANDOM_BYTES(1000) FROM shop.orders;\n'.repeat(18)}`

const all = String(2 ** 18)

describe.each(flavorsForThisRun)('a copy of %s on %s', (flavor, release) => {
  const lab = usePracticeHosts(['db1', 'db2'].map((name) => ({ name, release })))
  const host = (name: string): PracticeHost => lab.host(name)
  let site: Site

  const db = (...words: readonly string[]): Promise<Told> => site.fettle('db', ...words)
  const does = async (...words: readonly string[]): Promise<void> => {
    expectDone(await db(...words, '--yes'))
  }
  const rows = (name: string) => sql(host(name), flavor, 'SELECT COUNT(*) FROM shop.orders;')
  const inOrder = async () => {
    await expect
      .poll(async () => (await db('status')).stdout, { timeout: 60_000, interval: 1000 })
      .toContain('A switchover would be safe now, to db2.')
    expect(await rows('db2')).toBe(all)
    const { stdout } = await host('db2').sh(`ls -A /var/lib/mysql /etc/systemd/system/${flavor}.service.d`)
    expect(stdout).not.toMatch(/fettle-(seed|moving)/)
  }
  /** Something happens while a copy is under way. */
  const meanwhile = async (happens: (kill: () => void) => unknown): Promise<Told> => {
    let happened: Promise<unknown> | null = null
    const run = site.start(['db', 'reseed', 'db2', '--yes', '--json'], (event) => {
      if (event.type === 'step.progress' && event.done > 30_000_000) happened ??= Promise.resolve(happens(run.kill))
    })
    const told = await run.told
    expect(happened, told.stdout).not.toBeNull()
    await happened
    return told
  }

  beforeAll(async () => {
    // A clone of so little is over before anything can happen to it.
    const copyRate = flavor === 'mysql' ? 40 : null
    const mysql = { ...small, flavor, primary: 'db1', databases: { shop: {} }, copyRate }
    site = await useSite({
      siteYml: JSON.stringify({ name: 'shop', groups: { db: { mysql } } }),
      hosts: { db: [host('db1'), host('db2')] },
    })
    keep(site, { replication: 'between-servers', backup: 'for-copies' })
    await useAuthority(site)
    expectDone(await site.fettle('provision', '--yes'))
    await sql(host('db1'), flavor, load)
  }, 900_000)

  test('says how far it is', async () => {
    const { exit, events, stderr } = await db('reseed', 'db2', '--yes', '--json')
    expect({ exit, stderr: exit === 0 ? '' : stderr }).toEqual({ exit: 0, stderr: '' })
    const said = events.flatMap((event) => (event.type === 'step.progress' ? [event] : []))
    expect(said.length).toBeGreaterThan(0)
    expect(said.at(-1)).toMatchObject({ host: 'db2', all: expect.any(Number) })
    expect(said.at(-1)?.all).toBeGreaterThan(250_000_000)
    expect(said.map(({ done }) => done)).toEqual(said.map(({ done }) => done).toSorted((one, other) => one - other))
    await inOrder()
  })

  test('goes on where Fettle is killed, and is used', async () => {
    await meanwhile((kill) => kill())
    const resumed = await db('resume', '--yes', '--json')
    expect({ exit: resumed.exit, said: resumed.exit === 0 ? '' : resumed.stderr }).toEqual({ exit: 0, said: '' })
    const titles = resumed.events.flatMap((event) => (event.type === 'step.done' ? [event.title] : []))
    expect(titles.filter((title) => title.startsWith('wait for "'))).toHaveLength(1)
    expect(titles.filter((title) => /^(take a copy|copy everything)/.test(title))).toEqual([])
    await inOrder()
  })

  test('is begun anew where the one that gets it has lost its power', async () => {
    const told = await meanwhile(() => powerOff('db2', lab.options))
    expect(told.exit).not.toBe(0)
    await start('db2', lab.options)
    expect((await db('status')).stdout).toContain('db2 has no whole copy that it uses yet')
    await does('resume')
    await inOrder()
  })

  // A clone waits five minutes for the other end, as the manual says: more than a test should.
  test.runIf(flavor === 'mariadb')('is begun anew where the one that gives it has lost its power', async () => {
    const told = await meanwhile(() => powerOff('db1', lab.options))
    expect(told.exit).not.toBe(0)
    await start('db1', lab.options)
    await does('resume')
    await inOrder()
  })

  test.runIf(flavor === 'mariadb')('is begun anew where the network between them was cut', async () => {
    const told = await meanwhile(() => cut('db1', 'db2', lab.options))
    expect(told.exit).not.toBe(0)
    await healBetween('db1', 'db2', lab.options)
    await does('resume')
    await inOrder()
  })

  test.runIf(flavor === 'mariadb')('takes the place of what was there wholly, however that is cut short', async () => {
    await host('db2').sh(`systemd-run --quiet --collect sh -c '
until [ -d /var/lib/mysql/.fettle-seeded ]; do :; done
systemctl kill --signal=KILL "fettle-step-*"; systemctl kill --signal=KILL mariadb'`)
    expect((await db('reseed', 'db2', '--yes')).exit).not.toBe(0)
    await reboot('db2', lab.options)
    await expect.poll(() => rows('db2').catch(String), { timeout: 60_000 }).toBe(all)
    expect((await host('db2').sh('ls -A /var/lib/mysql')).stdout).not.toContain('.fettle-')
    expect((await db('status')).stdout).toContain('db2 has no whole copy that it uses yet')
    await does('resume')
    await inOrder()
  })

  test('is refused by nobody who was given another password: that is said', async () => {
    const file = '/var/lib/fettle/database/main/replication'
    await host('db2').sh(`echo "'wrong'" >${file}`)
    await sql(
      host('db2'),
      flavor,
      flavor === 'mariadb' ? 'STOP SLAVE; RESET SLAVE ALL;' : 'STOP REPLICA; RESET REPLICA ALL;',
    )
    const { exit, stdout, stderr } = await db('resume', '--yes')
    expect([exit, stdout + stderr]).toEqual([
      3,
      expect.stringMatching(/db2 does not receive: .*denied.*\(fettle provision gives it the password anew\)/s),
    ])
    expect((await site.fettle('provision', '--yes')).exit).toBe(0)
    await does('resume')
    await inOrder()
  })

  test('is not begun where it does not fit', async () => {
    await host('db2').sh(`
systemctl stop ${flavor}
mkdir /run/small && mount -t tmpfs -o "size=$(($(du -s --block-size=1M /var/lib/mysql | cut -f 1) + 60))M" none /run/small
cp -a /var/lib/mysql/. /run/small && chown mysql:mysql /run/small && mount --bind /run/small /var/lib/mysql
systemctl start ${flavor}`)
    await does('resume')
    await inOrder()
    const { exit, stderr } = await db('reseed', 'db2', '--yes')
    expect([exit, stderr]).toEqual([
      1,
      expect.stringMatching(
        /db2 has no room for a copy of db1: it takes \d+ MiB, and \d+ MiB are free in \/var\/lib\/mysql/,
      ),
    ])
    await inOrder()
    await host('db2').sh('mount -o remount,size=2000M /run/small')
    await does('reseed', 'db2')
    await inOrder()
  })
})
