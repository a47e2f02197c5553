import { describe, expect, test } from 'vitest'
import { certificatesFor } from '../../../engine/converge/plan/certificates.ts'
import type { DatabaseServer } from '../../../engine/core/database.ts'
import type { HostFacts, HostView, SiteView } from '../../../engine/core/host.ts'
import { type Secret, secretOf } from '../../../engine/core/secret.ts'
import { loadTemplates } from '../../../engine/templates/templates.ts'
import { hostsOf } from '../../../roles/mysql/clients.ts'
import mysql from '../../../roles/mysql/index.ts'
import { MysqlSettings } from '../../../roles/mysql/settings.ts'
import { sizesOf } from '../../../roles/mysql/sizes.ts'
import { facts } from '../converge/support/site.ts'
import { bareSite } from '../support/bare-site.ts'
import { problemsIn } from '../support/problems.ts'

const { render } = loadTemplates([new URL('../../../templates', import.meta.url).pathname])
const gibibyte = 2 ** 30
const certificate = { key: secretOf('key-word'), certificate: 'of db1', authority: 'of the site' }
const certificates = certificatesFor(mysql, {
  authority: certificate.authority,
  certificates: new Map([['mysql', certificate]]),
})

const host = (name: string, address: string, variables: object = {}): HostView => ({
  name,
  address,
  groups: [],
  variables: { ...variables },
})
const db1 = host('db1', '192.0.2.1')
const db2 = host('db2', '192.0.2.2')
const groups: Readonly<Record<string, readonly HostView[]>> = {
  web: [
    host('web1', '192.0.2.11'),
    host('web2', 'web2.example.org', { fettle_addresses: ['192.0.2.12', '2001:db8::0:2'] }),
  ],
  lb: [host('lb1', '192.0.2.21')],
  everything: [db1, host('web1', '192.0.2.11')],
  nameless: [host('a', 'a.example.org'), host('b', 'b.example.org')],
}

const secrets = { replicationPassword: secretOf('replication-word'), backupPassword: secretOf('backup-word') }
const settingsOf = (settings: object = {}): MysqlSettings => MysqlSettings.parse({ ...secrets, ...settings })

/** A site where these hosts have the role, each with settings of its own. */
const siteOf = (servers: readonly (readonly [HostView, object])[]): SiteView => {
  const site: SiteView = {
    ...bareSite,
    hosts: (group) => (group === 'all' ? servers.map(([each]) => each) : (groups[group] ?? [])),
    databases: (name) =>
      servers
        .filter(([each]) => each.name === name)
        .flatMap(([each, settings]) => mysql.databases?.({ settings: settingsOf(settings), host: each, site }) ?? []),
  }
  return site
}

const described = (settings: object, servers: SiteView = siteOf([[db1, settings]]), more: Partial<HostFacts> = {}) =>
  mysql.resources({
    settings: settingsOf(settings),
    host: { ...db1, facts: { ...facts, ...more } },
    site: servers,
    render,
    ...certificates,
  })

const specOf = <Spec>(key: string, settings: object, servers?: SiteView, more?: Partial<HostFacts>): Spec => {
  const found = described(settings, servers, more).find((each) => each.key === key)
  if (!found) throw new Error(`${key} is not described`)
  return found.spec as Spec
}

const contentOf = (path: string, settings: object = {}, servers?: SiteView, more?: Partial<HostFacts>): string =>
  String(specOf<{ content: unknown }>(`file:${path}`, settings, servers, more).content)

const lineOf = (name: string, text: string): string | undefined =>
  text.split('\n').find((line) => line.startsWith(`${name} = `))

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

const conf = '/etc/mysql/mariadb.conf.d/zz-fettle.cnf'
const running = '/etc/mysql/mariadb.conf.d/zz-fettle-running.cnf'

describe('its configuration', () => {
  test.each([
    ['mariadb', 'mariadb.conf.d', ['read_only = ON', 'skip_slave_start = ON', 'log_slave_updates = ON']],
    ['mysql', 'mysql.conf.d', ['super_read_only = ON', 'skip_replica_start = ON', 'gtid_mode = ON']],
  ])('%s starts closed', (flavor, folder, lines) => {
    const text = contentOf(`/etc/mysql/${folder}/zz-fettle.cnf`, { flavor })
    for (const line of lines) expect(text.split('\n')).toContain(line)
  })

  test('is open to others only where there are any', () => {
    const users = (from: object) => ({ users: { shop: { password: secretOf('hunter22'), ...from } } })
    const bindOf = (settings: object, servers?: SiteView) => lineOf('bind_address', contentOf(conf, settings, servers))
    expect(bindOf({})).toBe('bind_address = 127.0.0.1')
    expect(bindOf(users({}))).toBe('bind_address = 127.0.0.1')
    expect(bindOf(users({ from: { group: 'web' } }))).toBe('bind_address = *')
    expect(bindOf({ balancers: 'lb' })).toBe('bind_address = *')
    expect(bindOf({ bind: '192.0.2.1' })).toBe('bind_address = 192.0.2.1')
    const pair = { primary: 'db1' }
    expect(
      bindOf(
        pair,
        siteOf([
          [db1, pair],
          [db2, pair],
        ]),
      ),
    ).toBe('bind_address = *')
  })

  test('has the number that its address is, or the one that was said', () => {
    expect(lineOf('server_id', contentOf(conf))).toBe('server_id = 3221225985')
    expect(lineOf('server_id', contentOf(conf, { serverId: 7 }))).toBe('server_id = 7')
  })

  test('ends with what was said besides', () => {
    expect(contentOf(conf, { extra: 'tmp_table_size = 64M\n' })).toMatch(/\n\ntmp_table_size = 64M\n$/)
    expect(contentOf(conf)).toMatch(/\S\n$/)
  })

  test('knows soon that it hears its writer no more', () =>
    expect(lineOf('slave_net_timeout', contentOf(running))).toMatch(/ 4$/))

  test('confirms to the writer where there are others', () => {
    const semiSync = { primary: 'db1', semiSync: { enabled: true, timeout: null } }
    const pair = siteOf([
      [db1, semiSync],
      [db2, semiSync],
    ])
    expect(lineOf('rpl_semi_sync_slave_enabled', contentOf(running, semiSync))).toMatch(/OFF$/)
    expect(lineOf('rpl_semi_sync_slave_enabled', contentOf(running, semiSync, pair))).toMatch(/ON$/)
    expect(contentOf(running, semiSync, pair)).not.toContain('rpl_semi_sync_master_enabled')
    expect(lineOf('rpl_semi_sync_master_timeout', contentOf(running, semiSync, pair))).toMatch(/ 4294967295$/)
  })
})

describe('what it is given of its host', () => {
  test.each<[memory: number, openFiles: number, settings: object, pool: number, connections: number]>([
    [gibibyte, 500_000, {}, 512, 150],
    [4 * gibibyte, 500_000, {}, 2048, 400],
    [64 * gibibyte, 500_000, {}, 32_768, 1990],
    [64 * gibibyte, 4096, {}, 32_768, 100],
    [4 * gibibyte, 500_000, { memory: '200M', maxConnections: 25 }, 128, 25],
    [4 * gibibyte, 500_000, { memory: '3G' }, 3072, 400],
    [2 ** 26, 500_000, {}, 128, 150],
  ])('%d bytes, %d files, %j', (memory, openFiles, settings, pool, connections) => {
    const { bufferPool, maxConnections, redoLog } = sizesOf(settingsOf(settings), { ...facts, memory, openFiles })
    expect({ pool: bufferPool / 2 ** 20, connections: maxConnections }).toEqual({ pool, connections })
    expect(redoLog % 2 ** 20).toBe(0)
  })
})

describe('a cluster', () => {
  const refused = (...servers: (readonly [HostView, object])[]) =>
    problemsIn(() => described(servers[0]?.[1] ?? {}, siteOf(servers)))

  test('has one primary', () => {
    expect(refused([db1, {}], [db2, {}])).toMatchObject([
      { code: 'settings.invalid', detail: 'db1: db1\ndb2: db2', hint: expect.stringContaining('primary: db1') },
    ])
    expect(refused([db1, { primary: 'db1' }], [db2, { primary: 'db2' }])).toHaveLength(1)
    expect(refused([db1, { primary: 'db2' }], [db2, { primary: 'db2' }])).toEqual([])
  })

  test('has a primary that is one of its hosts', () => {
    expect(refused([db1, { primary: 'db3' }], [db2, { primary: 'db3' }])).toMatchObject([
      {
        message: 'the primary of database cluster "main" is db3, which is no host of it',
        hint: expect.stringContaining('db'),
      },
    ])
  })

  test('has no number twice', () => {
    const one = { primary: 'db1', serverId: 1 }
    expect(refused([db1, one], [db2, one])).toMatchObject([
      { message: expect.stringContaining('db1, db2 have the same number, 1') },
    ])
  })

  test('has one server on each host', () => {
    const twice = siteOf([[db1, {}]])
    const site = { ...twice, databases: (name: string) => [...twice.databases(name), ...twice.databases(name)] }
    expect(problemsIn(() => described({}, site))).toEqual(
      expect.arrayContaining([expect.objectContaining({ message: 'db1 would have 2 database servers' })]),
    )
  })

  test('is not another one', () => {
    expect(refused([db1, {}], [db2, { cluster: 'other' }])).toEqual([])
  })

  test('has numbers for hosts that are known by name', () => {
    const named = host('db3', 'db3.example.org')
    const one = { primary: 'db1' }
    expect(refused([db1, one], [named, one])).toMatchObject([
      { message: expect.stringContaining('db3 has no IPv4 address'), hint: expect.stringContaining('serverId') },
    ])
    expect(refused([db1, one], [named, { ...one, serverId: 3 }]).map(({ message }) => message)).toEqual([
      'db3 logs in to databases, and its address is not known',
    ])
    expect(refused([db1, {}], [named, { cluster: 'other' }])).toEqual([])
  })
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

describe('where accounts come from', () => {
  const members = [db1, db2]
  const hosts = (from: Parameters<typeof hostsOf>[0], balancers: string | null = null) =>
    hostsOf(from, siteOf([]), { members, balancers })

  test.each<[string, Parameters<typeof hostsOf>[0], string | null, readonly string[]]>([
    ['nobody else', undefined, 'lb', ['localhost', '127.0.0.1']],
    ['a group', { group: 'web' }, null, ['192.0.2.11', '192.0.2.12', '2001:db8::2']],
    ['balancers', { group: 'web' }, 'lb', ['192.0.2.11', '192.0.2.12', '2001:db8::2', '192.0.2.21']],
    [
      'a group with the server in it',
      { group: 'everything' },
      null,
      ['localhost', '127.0.0.1', '192.0.2.1', '192.0.2.11'],
    ],
    ['networks', { networks: ['192.0.2.7/24', '10.0.0.1'] }, null, ['192.0.2.0/255.255.255.0', '10.0.0.1']],
  ])('%s', (_, from, balancers, expected) => expect(hosts(from, balancers)).toEqual(expected))

  test('must be known by address, of all of them at once', () => {
    expect(problemsIn(() => hosts({ group: 'nameless' })).map(({ message }) => message.split(' ')[0])).toEqual([
      'a',
      'b',
    ])
  })
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
