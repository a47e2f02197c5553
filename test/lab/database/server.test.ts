import { beforeAll, describe, expect, test } from 'vitest'
import type { Flavor } from '../../../engine/core/database.ts'
import { usePracticeHosts } from '../harness.ts'
import { isAll } from '../support/extent.ts'
import { type Site, type Told, useSite } from '../support/site.ts'
import { mainPids } from '../support/snapshot.ts'
import { type Deeds, deedsOf, nothing, planOf, resultOf } from '../support/told.ts'
import { rounds } from './drifts.ts'
import { asks, keep, lend, logIn, objectsOf, small, sql, useAuthority, words } from './support.ts'

/** Debian 12, Debian 13, and MySQL: a server of its own on each. */
const servers: readonly (readonly [name: string, flavor: Flavor, release: string])[] = [
  ['old', 'mariadb', 'bookworm'],
  ['new', 'mariadb', 'trixie'],
  // Its package gives its own server a few seconds to end, which a busy machine does not.
  ...(isAll ? ([['my', 'mysql', 'sid']] as const) : []),
]
const lab = usePracticeHosts(servers.map(([name, , release]) => ({ name, release })))
const each = <Result>(act: (name: string, flavor: Flavor) => Promise<Result>): Promise<Result[]> =>
  Promise.all(servers.map(([name, flavor]) => act(name, flavor)))
const alike = <Value>(value: Value): Value[] => servers.map(() => value)

const siteYml = (more: object = {}) =>
  JSON.stringify({
    name: 'server',
    groups: {
      all: {
        mysql: {
          ...small,
          databases: { shop: { collation: 'utf8mb4_bin' }, sh_op: {} },
          users: {
            shop: {
              password: 'file:keys/shop',
              from: { group: 'clients' },
              grants: { 'shop.*': ['ALL'], 'sh_op.*': ['SELECT'] },
            },
            reports: {
              password: 'file:keys/reports',
              from: { networks: ['10.0.0.0/8'] },
              grants: { 'shop.*': ['SELECT'] },
            },
          },
          ...more,
        },
      },
      olds: { mysql: { cluster: 'old' } },
      news: { mysql: { cluster: 'new' } },
      ...(isAll && { mys: { mysql: { cluster: 'my', flavor: 'mysql' } } }),
    },
  })

const passwords = {
  shop: 'shop-1',
  reports: 'it\'s \\ "quoted" $(id)',
  replication: 'replication',
  backup: 'backup',
}

let site: Site
const provision = (): Promise<Told> => site.fettle('provision', '--yes', '--json')
const deeds = async (): Promise<Deeds[]> => {
  const told = await provision()
  return servers.map(([name]) => deedsOf(told, name))
}
const pids = () => each((name, flavor) => mainPids(lab.host(name), [words[flavor].unit, 'fettle-heartbeat.service']))

beforeAll(async () => {
  const [old, new_, ...mys] = servers.map(([name]) => lab.host(name))
  if (!old || !new_) throw new Error('there are two at least')
  site = await useSite({
    siteYml: siteYml(),
    hosts: { olds: [old], news: [new_], ...(isAll && { mys }), clients: [old] },
  })
  keep(site, passwords)
  await useAuthority(site)
})

/** What the plan said before anything was done. */
const announced = (told: Told, name: string): readonly string[] =>
  planOf(told, name)
    .changes.map(({ key }) => key)
    .sort()

test('bare hosts become database servers, by what the plan announced', async () => {
  const told = await provision()
  expect(servers.map(([name]) => resultOf(told, name)?.problem)).toEqual(alike(undefined))
  for (const [name, flavor] of servers) {
    expect(deedsOf(told, name)).toEqual({
      exit: 0,
      changed: announced(told, name),
      reacted: [`restart ${words[flavor].unit}`],
      owed: [],
    })
    expect(announced(told, name)).toEqual(expect.arrayContaining(['database-account:shop', 'database:shop']))
  }
})

test('the same run again changes nothing', async () => {
  const before = await pids()
  const told = await provision()
  expect(servers.map(([name]) => deedsOf(told, name))).toEqual(alike(nothing))
  expect(told.events.map(({ type }) => type)).not.toContain('step.intended')
  expect(await pids()).toEqual(before)
  for (const each of before) for (const pid of Object.values(each)) expect(pid).toBeGreaterThan(1)
})

test('they take writes, are durable, and have each a number of their own', async () => {
  const asked = 'SELECT @@read_only, @@sync_binlog, @@innodb_flush_log_at_trx_commit, @@binlog_format, @@log_bin;'
  expect(await each((name, flavor) => sql(lab.host(name), flavor, asked))).toEqual(alike('0\t1\t1\tROW\t1'))
  if (isAll) expect(await sql(lab.host('my'), 'mysql', 'SELECT @@super_read_only, @@gtid_mode;')).toBe('0\tON')
  const numbers = await each((name, flavor) => sql(lab.host(name), flavor, 'SELECT INET_NTOA(@@server_id);'))
  expect(numbers).toEqual(servers.map(([name]) => lab.host(name).address))
})

test('an account logs in from where it may, and from nowhere else', async () => {
  for (const name of ['old', 'new'])
    for (const user of ['shop', 'reports'] as const) await lend(lab.host(name), user, passwords[user])
  const from = (client: string, user: string) => each((name) => logIn(lab.host(client), lab.host(name), user))
  const address = lab.host('old').address
  // Over its own address a host comes from there, too.
  expect(await from('old', 'shop')).toEqual(alike(`shop@${address}`))
  expect(await from('new', 'shop')).toEqual(alike(expect.stringMatching(/^ERROR (1130|1045|1698)$/)))
  expect(await from('old', 'reports')).toEqual(alike('reports@10.0.0.0/255.0.0.0'))
})

describe('TLS', () => {
  const endOf = (name: string) =>
    asks(lab.host('old'), lab.host(name), 'shop', "SHOW STATUS LIKE 'Ssl_server_not_after'")

  test('is insisted on', async () => {
    const inTheClear = (name: string) => logIn(lab.host('old'), lab.host(name), 'shop', '--skip-ssl')
    expect(await each(inTheClear)).toEqual(alike('ERROR 1045'))
  })

  test('has another certificate without a restart', async () => {
    const before = { pids: await pids(), ends: await each(endOf) }
    for (const [name] of servers) await site.fettle('secrets', 'remove', `ca.${name}.mysql`)
    expect(await deeds()).toEqual(
      servers.map(([, flavor]) => ({
        ...nothing,
        changed: ['file:/etc/mysql/tls/server.key', 'file:/etc/mysql/tls/server.pem'],
        reacted: [`reload ${words[flavor].unit}`],
      })),
    )
    const after = await each(endOf)
    for (const [index, end] of after.entries()) {
      expect(end).toMatch(/GMT$/)
      expect(end).not.toBe(before.ends[index])
    }
    expect(await pids()).toEqual(before.pids)
  })
})

describe('what somebody did by hand', () => {
  let sound: readonly string[]
  beforeAll(async () => {
    sound = await each((name) => objectsOf(lab.host(name)))
  })

  test.each(rounds)('%s', async (_, by) => {
    const before = await pids()
    await each((name, flavor) =>
      sql(
        lab.host(name),
        flavor,
        Object.values(by)
          .map((act) => act({ flavor, own: lab.host(name).address, client: lab.host('old').address }))
          .join('\n'),
      ),
    )
    expect(await deeds()).toEqual(alike({ ...nothing, changed: Object.keys(by).sort() }))
    expect(await each((name) => objectsOf(lab.host(name)))).toEqual(sound)
    expect(await pids()).toEqual(before)
  })

  test('databases and accounts of others stay', async () => {
    await each((name, flavor) =>
      sql(
        lab.host(name),
        flavor,
        "CREATE DATABASE theirs; CREATE USER 'them'@'%'; GRANT ALL ON theirs.* TO 'them'@'%';",
      ),
    )
    expect(await deeds()).toEqual(alike(nothing))
  })
})

describe('the configuration', () => {
  test('edited, it is written anew, with the restart that it takes', async () => {
    await each((name, flavor) => lab.host(name).sh(`echo 'back_log = 99' >>${words[flavor].folder}/zz-fettle.cnf`))
    expect(await deeds()).toEqual(
      servers.map(([, flavor]) => ({
        ...nothing,
        changed: [`file:${words[flavor].folder}/zz-fettle.cnf`],
        reacted: [`restart ${words[flavor].unit}`],
      })),
    )
  })

  test('of what a running server takes, it takes no restart', async () => {
    const before = await pids()
    await site.describe(siteYml({ maxConnections: 77, keepBinlogs: 3 }))
    expect(await deeds()).toEqual(
      servers.map(([, flavor]) => ({
        ...nothing,
        changed: [`database-server:${flavor}`, `file:${words[flavor].folder}/zz-fettle-running.cnf`],
      })),
    )
    const asked = 'SELECT @@max_connections, @@binlog_expire_logs_seconds;'
    expect(await each((name, flavor) => sql(lab.host(name), flavor, asked))).toEqual(alike('77\t259200'))
    expect(await pids()).toEqual(before)
  })

  test('told otherwise to the running server, it is told again', async () => {
    await each((name, flavor) => sql(lab.host(name), flavor, 'SET GLOBAL sync_binlog = 0;'))
    expect(await deeds()).toEqual(servers.map(([, flavor]) => ({ ...nothing, changed: [`database-server:${flavor}`] })))
  })

  test('a server that has restarted takes writes again, and nothing else is changed', async () => {
    await each((name, flavor) => lab.host(name).sh(`systemctl restart ${words[flavor].unit}`))
    const isClosed = () => each((name, flavor) => sql(lab.host(name), flavor, 'SELECT @@read_only;'))
    expect(await isClosed()).toEqual(alike('1'))
    expect(await deeds()).toEqual(alike(nothing))
    expect(await isClosed()).toEqual(alike('0'))
  })

  test.each([
    ['what no server knows', 'no_such_thing = 1', 'no_such_thing'],
    ['what would have it take writes', 'read_only = OFF', 'takes writes when it starts'],
  ])('with %s lands nowhere', async (_, extra, word) => {
    const before = await pids()
    await site.describe(
      siteYml({ extra: `${extra}\n${extra.includes('read_only') ? 'loose_super_read_only = OFF' : ''}` }),
    )
    const told = await site.fettle('provision', '--yes')
    expect({ exit: told.exit, text: told.stdout + told.stderr }).toEqual({
      exit: 3,
      text: expect.stringContaining(word),
    })
    expect(told.stdout + told.stderr).toContain('validation.failed')
    await site.describe(siteYml())
    await provision()
    expect(await deeds()).toEqual(alike(nothing))
    expect(await pids()).toEqual(before)
  })
})

test('a password of the site that has changed is brought in', async () => {
  keep(site, { shop: 'shop-2' })
  expect(await deeds()).toEqual(alike({ ...nothing, changed: ['database-account:shop'] }))
  const from = () => each((name) => logIn(lab.host('old'), lab.host(name), 'shop'))
  expect(await from()).toEqual(alike('ERROR 1045'))
  await lend(lab.host('old'), 'shop', 'shop-2')
  expect(await from()).toEqual(alike(`shop@${lab.host('old').address}`))
})

describe('the heartbeat', () => {
  const beats = async (name: string, flavor: Flavor): Promise<number> =>
    Number(await sql(lab.host(name), flavor, 'SELECT IFNULL(MAX(UNIX_TIMESTAMP(at)), 0) FROM fettle.heartbeat;'))

  test('is written where writes are taken, and through restarts', async () => {
    await each(async (name, flavor) => {
      for (const act of ['true', `systemctl restart ${words[flavor].unit}`, `pkill -KILL -x '(mariadbd|mysqld)'`]) {
        await lab.host(name).sh(act)
        const opened = () => sql(lab.host(name), flavor, words[flavor].open).catch(() => null)
        await expect.poll(opened, { timeout: 60_000 }).not.toBeNull()
        const last = await beats(name, flavor)
        await expect.poll(() => beats(name, flavor), { timeout: 20_000 }).toBeGreaterThan(last)
      }
    })
  })

  test('stops where they are not', async () => {
    await each(async (name, flavor) => {
      await sql(lab.host(name), flavor, 'SET GLOBAL read_only = 1;')
      const last = await beats(name, flavor)
      const written = await sql(lab.host(name), flavor, words[flavor].written)
      await lab.host(name).sh('sleep 3')
      expect(await beats(name, flavor)).toBe(last)
      expect(await sql(lab.host(name), flavor, words[flavor].written)).toBe(written)
      await sql(lab.host(name), flavor, words[flavor].open)
    })
  })
})

describe('nothing is changed', () => {
  const driftAndRun = async () => {
    await each((name, flavor) => sql(lab.host(name), flavor, "CREATE USER 'root'@'192.0.2.77';"))
    expect(await deeds()).toEqual(alike(nothing))
  }
  const mendedAfter = async (mend: (name: string, flavor: Flavor) => Promise<unknown>) => {
    await each(mend)
    expect(await deeds()).toEqual(alike({ ...nothing, changed: ['database-account:root'] }))
  }

  test('on a server that follows another one', async () => {
    await each((name, flavor) => sql(lab.host(name), flavor, words[flavor].follow))
    await driftAndRun()
    await mendedAfter((name, flavor) => sql(lab.host(name), flavor, words[flavor].forget))
  })

  test('where somebody else is the writer by now', async () => {
    const mark = (name: string) => `/var/lib/fettle/database/${name}/epoch`
    await each((name) => lab.host(name).sh(`echo '2 db9' >${mark(name)}`))
    await driftAndRun()
    await mendedAfter((name) => lab.host(name).sh(`rm ${mark(name)}`))
  })
})
