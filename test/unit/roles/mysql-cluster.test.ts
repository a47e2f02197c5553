import { describe, expect, test } from 'vitest'
import type { HostView } from '../../../engine/core/host.ts'
import { hostsOf } from '../../../roles/mysql/clients.ts'
import { problemsIn } from '../support/problems.ts'
import { db1, db2, described, host, siteOf } from './support/mysql.ts'

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
