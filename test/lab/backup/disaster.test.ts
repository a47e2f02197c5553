import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Flavor } from '../../../engine/core/database.ts'
import { cut, heal } from '../../../engine/lab/index.ts'
import { keep, small, sql, useAuthority } from '../database/support.ts'
import { usePracticeHosts } from '../harness.ts'
import { flavorsForThisRun } from '../support/extent.ts'
import { type Site, useSite } from '../support/site.ts'
import { expectDone } from '../support/told.ts'
import { momentOn } from './support.ts'

const siteYml = (flavor: Flavor) =>
  JSON.stringify({
    name: 'shop',
    groups: {
      all: { backup: { to: 'vault', binlogs: 10 } },
      web: { nginx: {}, static: { apps: { pictures: { source: { folder: 'pictures' } } } } },
      db: { mysql: { ...small, flavor, primary: 'db1', databases: { shop: {} } } },
      vault: {},
    },
  })

/** What takes some moments, and more on a busy machine. */
const patient = { timeout: 120_000, interval: 500 }

/** Seconds for which the backup host is away at the least. */
const away = Number(process.env.FETTLE_AWAY ?? 0)

describe.each(flavorsForThisRun)('%s on %s', (flavor, release) => {
  const lab = usePracticeHosts([
    ...['db1', 'db2'].map((name) => ({ name, release })),
    ...['web1', 'vault1'].map((name) => ({ name, release: 'bookworm' })),
  ])
  let site: Site
  let written = ''

  const ask = (statements: string) => sql(lab.host('db1'), flavor, statements)
  const order = (id: string) => ask(`INSERT INTO shop.orders (id) VALUES ('${id}');`)
  const orders = (host = 'db1') => sql(lab.host(host), flavor, 'SELECT GROUP_CONCAT(id ORDER BY id) FROM shop.orders;')
  const now = async (): Promise<Date> => new Date((await lab.host('db1').sh('date -u +%FT%T.%3NZ')).stdout.trim())

  /** Until what was written until now is kept elsewhere too. */
  const isKept = async (): Promise<void> => {
    const wanted = await now()
    await expect
      .poll(async () => {
        const { stdout } = await site.fettle('backup', 'list', '--json')
        const all = stdout
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as { copies: { at: string; tags: string[] }[] })
        const binlogs = all.flatMap(({ copies }) => copies.filter(({ tags }) => tags.includes('binlogs')))
        return binlogs.some(({ at }) => new Date(at) > wanted)
      }, patient)
      .toBe(true)
  }

  beforeAll(async () => {
    const hosts = { db: ['db1', 'db2'].map(lab.host), web: [lab.host('web1')], vault: [lab.host('vault1')] }
    site = await useSite({ siteYml: siteYml(flavor), hosts })
    keep(site, { replication: 'between-servers', backup: 'for-copies' })
    await useAuthority(site)
    expectDone(await site.fettle('provision', '--yes'))
    await ask(
      'CREATE TABLE shop.orders (id VARCHAR(20) PRIMARY KEY); CREATE TABLE shop.meanwhile (id INT AUTO_INCREMENT PRIMARY KEY);',
    )
    await lab.host('web1').sh('echo cat >/srv/pictures/shared/cat.png')
    await order('a')
    expectDone(await site.fettle('backup', 'run'))
    await order('b')
  }, 900_000)

  test('what was written since the copy is kept too, and in time', { timeout: 300_000 }, async () => {
    await isKept()
    expectDone(await site.fettle('backup', 'verify', '--data', '0'))
  })

  test('while the backup host is away that is told, and when it is back what was written meanwhile is kept', {
    timeout: 600_000 + away * 1000,
  }, async () => {
    for (const host of ['db1', 'db2']) await cut(host, 'vault1', lab.options)
    await order('b1')
    const told = await site.fettle('backup', 'run', '-l', 'db1,db2')
    expect([told.exit, told.stdout]).toEqual([3, expect.stringContaining('vault1 does not answer at')])
    const failures = "journalctl -q -u fettle-backup-binlogs@vault1 | grep -c 'Failed with result'"
    await expect
      .poll(async () => Number((await lab.host('db1').sh(failures)).stdout), { timeout: 120_000, interval: 1000 })
      .toBeGreaterThan(1)
    const returns = Date.now() + away * 1000
    do await ask('INSERT INTO shop.meanwhile () VALUES ();')
    while (Date.now() < returns && (await sleep(1000, true)))
    written = await ask('SELECT COUNT(*) FROM shop.meanwhile;')
    await heal(lab.options)
    await isKept()
    expectDone(await site.fettle('backup', 'verify', '--data', '0'))
  })

  test('a moment is brought back though no server has its binlogs any more', { timeout: 600_000 }, async () => {
    await order('c')
    const at = await momentOn(lab.host('db1'))
    await ask('DROP TABLE shop.orders; FLUSH BINARY LOGS;')
    await isKept()
    const last = "$(echo 'SHOW BINARY LOGS;' | CLIENT -uroot -BN | tail -n 1 | cut -f 1)".replace('CLIENT', flavor)
    for (const host of ['db1', 'db2'])
      await lab
        .host(host)
        .sh(`echo 'FLUSH BINARY LOGS;' | ${flavor} -uroot; echo "PURGE BINARY LOGS TO '${last}';" | ${flavor} -uroot`)
    const told = await site.fettle('restore', 'db', '--at', at, '--table', 'shop.orders', '--yes', '--json')
    expectDone(told)
    expect(told.events).toContainEqual(
      expect.objectContaining({ type: 'step.done', title: expect.stringContaining('bring the binlogs of db1') }),
    )
    expect(await orders()).toBe('a,b,b1,c')
  })

  test('a database in which there is something is not restored as a whole', async () => {
    const told = await site.fettle('restore', 'site', '--yes')
    expect([told.exit, told.stderr]).toEqual([1, expect.stringContaining('the database main has tables on db1')])
    expect(await orders()).toBe('a,b,b1,c')
  })

  test('with every host but the backup host made anew, the site comes back to its last order', {
    timeout: 1_200_000,
  }, async () => {
    expectDone(await site.fettle('backup', 'run'))
    await order('d')
    await ask('CREATE TABLE shop.later (id INT PRIMARY KEY);')
    await isKept()
    await Promise.all(['db1', 'db2', 'web1'].map((name) => lab.reset(name)))
    const started = performance.now()
    expectDone(await site.fettle('provision', '--yes'))
    const provisioning = performance.now() - started
    // The new server sends its binlogs too, and they are not taken for those of the old one.
    await lab.host('db1').sh('systemctl start fettle-backup-binlogs@vault1.service')
    await isKept()
    const begun = performance.now()
    const told = await site.fettle('restore', 'site', '--yes')
    expectDone(told)
    process.stderr.write(
      `${flavor}: provisioned in ${seconds(provisioning)} s, restored in ${seconds(performance.now() - begun)} s: ${told.stdout
        .split('\n')
        .filter((line) => line.includes('RTO'))
        .join(' ')}\n`,
    )
    expect(await orders()).toBe('a,b,b1,c,d')
    expect(await ask('SELECT COUNT(*) FROM shop.meanwhile;')).toBe(written)
    await expect.poll(() => orders('db2'), patient).toBe('a,b,b1,c,d')
    expect(await ask('SELECT COUNT(*) FROM shop.later;')).toBe('0')
    expect((await lab.host('web1').sh('cat /srv/pictures/shared/cat.png')).stdout).toBe('cat\n')
    await expect.poll(async () => (await site.fettle('db', 'status')).exit, patient).toBe(0)
    expectDone(await site.fettle('provision', '--yes'))
    await order('e')
    await expect.poll(() => orders('db2'), patient).toBe('a,b,b1,c,d,e')
  })

  test('what comes after a restore is kept as before, and never taken for what was before it', {
    timeout: 600_000,
  }, async () => {
    expectDone(await site.fettle('backup', 'run'))
    await order('f')
    const at = await momentOn(lab.host('db1'))
    await ask('DROP TABLE shop.orders;')
    expectDone(await site.fettle('restore', 'db', '--at', at, '--table', 'shop.orders', '--yes'))
    expect(await orders()).toBe('a,b,b1,c,d,e,f')
  })
})

const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(0)
