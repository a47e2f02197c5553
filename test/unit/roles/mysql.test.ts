import { describe, expect, test } from 'vitest'
import type { DatabaseServer } from '../../../engine/core/database.ts'
import { type Secret, secretOf } from '../../../engine/core/secret.ts'
import mysql from '../../../roles/mysql/index.ts'
import { MysqlSettings } from '../../../roles/mysql/settings.ts'
import { facts } from '../converge/support/site.ts'
import {
  certificate,
  conf,
  contentOf,
  db1,
  db2,
  described,
  secrets,
  settingsOf,
  siteOf,
  specOf,
} from './support/mysql.ts'

const ubuntu = { os: { ...facts.os, id: 'ubuntu' } }

describe('which server', () => {
  test.each([
    [{}, {}, 'mariadb-server'],
    [{}, ubuntu, 'mysql-server'],
    [{ flavor: 'mysql' }, {}, 'mysql-server'],
    [{ flavor: 'mariadb' }, ubuntu, 'mariadb-server'],
  ])('%j on %j', (settings, more, name) => {
    const keys = described(settings, undefined, more).map(({ key }) => key)
    expect(keys.filter((key) => key.startsWith('apt:m'))[0]).toBe(`apt:${name}`)
  })
})

test('a single server is described from what must hold before, to its heartbeat', () => {
  const shop = { databases: { shop: {} }, users: { shop: { password: secretOf('hunter22'), from: { group: 'web' } } } }
  expect(described(shop).map(({ key }) => key)).toEqual([
    'database-server:mariadb',
    'apt:mariadb-server',
    'apt:mariadb-backup',
    'apt:socat',
    'directory:/var/lib/fettle/database',
    'directory:/var/lib/fettle/database/main',
    'file:/var/lib/fettle/database/main/replication',
    'drop-in:mariadb.service/fettle',
    'directory:/etc/mysql/tls',
    'file:/etc/mysql/tls/authority.pem',
    'file:/etc/mysql/tls/server.key',
    'file:/etc/mysql/tls/server.pem',
    'file:/etc/apt/apt.conf.d/61fettle-mysql',
    'file:/etc/mysql/mariadb.conf.d/zz-fettle.cnf',
    'file:/etc/mysql/mariadb.conf.d/zz-fettle-running.cnf',
    'service:mariadb.service',
    'database:test',
    'database:fettle',
    'database:shop',
    'database-table:fettle.heartbeat',
    "database-account:''",
    'database-account:root',
    'database-account:fettle',
    'database-account:replication',
    'database-account:shop',
    'user:fettle',
    'directory:/usr/local/lib/fettle',
    'file:/usr/local/lib/fettle/database-heartbeat',
    'unit:fettle-heartbeat.service',
    'service:fettle-heartbeat.service',
  ])
})

test('says which server it is', () => {
  const said: readonly DatabaseServer[] = siteOf([
    [db1, { port: 3307, primary: 'db2', semiSync: { enabled: true }, tls: false }],
  ]).databases('db1')
  expect(said).toEqual([
    {
      cluster: 'main',
      port: 3307,
      primary: 'db2',
      serverId: 3221225985,
      replication: { user: 'replication' },
      tls: null,
      balancers: [],
      checkPort: 9306,
      semiSync: true,
      accounts: [],
      copyRate: null,
      failover: { automatic: false, after: 10, damping: 3600, fence: null },
    },
  ])
})

describe('its certificate', () => {
  const names = (settings: object) =>
    mysql
      .certificates?.({ settings: settingsOf(settings), host: db1, site: siteOf([[db1, settings]]) })
      ?.map((each) => each.names)

  test('is good for itself and the balancers in front of it', () => {
    expect(names({})).toEqual([['db1', '192.0.2.1', 'localhost', '127.0.0.1']])
    expect(names({ balancers: 'lb' })).toEqual([['db1', '192.0.2.1', 'lb1', '192.0.2.21', 'localhost', '127.0.0.1']])
  })

  test('is for nobody where there is no TLS, and nothing is asked of the authority', () => {
    expect(names({ tls: false })).toBeUndefined()
    expect(described({ tls: false }).map(({ key }) => key)).not.toContain('directory:/etc/mysql/tls')
    expect(contentOf(conf, { tls: false })).not.toContain('ssl')
  })

  test('has a key that the server alone can read', () => {
    const spec = specOf<object>('file:/etc/mysql/tls/server.key', {})
    expect(spec).toMatchObject({ owner: 'mysql', mode: '0400', content: certificate.key })
  })

  test.each([
    [undefined, 'yes'],
    [true, 'yes'],
    [false, 'no'],
    ['certificate', 'certificate'],
  ])('an account that says %j about TLS is asked for it: %s', (requireTls, required) => {
    const users = { shop: { password: secretOf('hunter22'), requireTls } }
    expect(specOf('database-account:shop', { users })).toMatchObject({ requireTls: required })
    expect(specOf('database-account:replication', { users })).toMatchObject({ requireTls: 'certificate' })
  })
})

test('it tells balancers how it stands where there are any', () => {
  const keys = (settings: object) => described(settings).map(({ key }) => key)
  expect(keys({})).not.toContain('service:fettle-database-check.service')
  expect(keys({ balancers: 'lb' }).slice(-3)).toEqual([
    'file:/usr/local/lib/fettle/database-check',
    'unit:fettle-database-check.service',
    'service:fettle-database-check.service',
  ])
})

describe('settings', () => {
  const issuesOf = (settings: object) =>
    MysqlSettings.safeParse({ ...secrets, ...settings }).error?.issues.map((issue) => {
      const [{ message } = issue] = issue.code === 'invalid_key' ? issue.issues : []
      return `${issue.path.join('.')}: ${message}`
    })
  const password: Secret = secretOf('hunter22')

  test.each<[string, object, readonly string[] | undefined]>([
    ['nothing is enough', {}, undefined],
    ['an account without a password', { users: { shop: {} } }, ['users.shop: it has no password']],
    ['an account that goes', { users: { shop: { absent: true } } }, undefined],
    ['root', { users: { root: { password } } }, ['users.root: a name that is not taken by the server or by Fettle']],
    ['a database of the server', { databases: { mysql: {} } }, ['databases.mysql: this one is not yours']],
    ['a database named like a path', { databases: { '../a': {} } }, ['databases.../a: letters, digits, _, $ and -']],
    [
      'grants that injure',
      { users: { shop: { password, grants: { '*.* TO root': ['ALL'], 'shop.*': ['ALL ON x'] } } } },
      [
        'users.shop.grants.*.* TO root: *.*, DATABASE.* or DATABASE.TABLE',
        'users.shop.grants.shop.*.0: a privilege in capitals, as SELECT',
      ],
    ],
  ])('%s', (_, settings, issues) => expect(issuesOf(settings)).toEqual(issues))
})

test('what it listens on is for those who are described', () => {
  const settings = {
    primary: 'db1',
    balancers: 'lb',
    users: {
      shop: { password: secretOf('hunter22'), from: { group: 'web' } },
      local: { password: secretOf('hunter23') },
    },
  }
  const site = siteOf([
    [db1, settings],
    [db2, settings],
  ])
  expect(mysql.listens?.({ settings: settingsOf(settings), host: db1, site })).toEqual([
    { port: 3306, protocol: 'tcp', from: { group: 'web' }, why: 'database clients: shop' },
    { port: 3306, protocol: 'tcp', from: { networks: ['192.0.2.2'] }, why: 'replication' },
    { port: 4444, protocol: 'tcp', from: { networks: ['192.0.2.2'] }, why: 'a copy of a database server' },
    { port: 3306, protocol: 'tcp', from: { group: 'lb' }, why: 'balancers' },
    { port: 9306, protocol: 'tcp', from: { group: 'lb' }, why: 'checks of balancers' },
  ])
  expect(mysql.listens?.({ settings: settingsOf(), host: db1, site: siteOf([[db1, {}]]) })).toEqual([])
})
