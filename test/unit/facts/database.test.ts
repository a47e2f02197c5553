import { describe, expect, test } from 'vitest'
import { databaseObjects } from '../../../engine/facts/database/objects.ts'
import { grantText, revokeStatements } from '../../../engine/resources/database/grants.ts'
import { ask, recall } from './ask.ts'

const seen = (name: string) => {
  const [answer] = recall(databaseObjects, `database-${name}`, null)
  if (!answer?.server) throw new Error('it did not answer')
  return { ...answer, server: answer.server }
}

const account = (name: string, user: string) => seen(name).server.accounts.find((each) => each.user === user)

const versions = [
  ['mariadb', 'mariadb-10.11'],
  ['mariadb', 'mariadb-11.8'],
  ['mysql', 'mysql-9.7'],
] as const

describe.each(versions)('%s: %s', (flavor, name) => {
  test('says what it is', () => {
    const { hasData, isKnown, server } = seen(name)
    expect(seen(name).flavor).toBe(flavor)
    expect({ hasData, isKnown }).toEqual({ hasData: true, isKnown: false })
    expect(server).toMatchObject({ closed: false, follows: false, tables: [] })
    expect(server.databases.map((each) => each.name).sort()).toEqual(['odd`db', 'shop', 'test'])
    expect(
      server.databases.every(({ charset, collation }) => charset === 'utf8mb4' && /^utf8mb4_/.test(collation)),
    ).toBe(true)
    expect(server.variables).toMatchObject({ max_connections: '151', innodb_flush_log_at_trx_commit: '1' })
  })

  test('tells accounts apart, roles and anonymous ones too', () => {
    const users = seen(name).server.accounts.map(({ user, host }) => `${user}@${host}`)
    expect(users).toEqual(expect.arrayContaining(['@%', 'root@%', 'root@localhost', 'shop@10.0.0.0/255.0.0.0']))
    expect(account(name, 'locked')).toMatchObject({ locked: true, tls: 'no', grants: [] })
    expect(account(name, 'all1')).toMatchObject({ locked: false, tls: 'yes' })
    expect(account(name, flavor === 'mysql' ? 'all1' : 'two')).toMatchObject({ hasOther: true })
    expect(account(name, 'shop')?.digest).toMatch(/^[0-9a-f]{64}$/)
  })

  test('lists grants of every level, and how they are taken away', () => {
    const grants = account(name, 'shop')?.grants ?? []
    expect(grants.map(grantText).sort()).toEqual([
      'ALTER ROUTINE on procedure shop.p',
      'DELETE on shop_x.*',
      'EXECUTE on function shop.f',
      'EXECUTE on procedure shop.p',
      'GRANT OPTION on function shop.f',
      'GRANT OPTION on shop.*',
      'INSERT on shop.*',
      'PROCESS on *.*',
      'PROXY on root@%',
      'RELOAD on *.*',
      'SELECT (price) on shop.orders',
      'SELECT on shop.*',
      'UPDATE (price) on shop.orders',
      'UPDATE on shop.orders',
      'role analysts',
    ])
    const from = "'shop'@'%'"
    const statements = revokeStatements(flavor, grants, from)
    expect(
      statements
        .slice(0, 2)
        .map((each) => each.slice(0, 30))
        .sort(),
    ).toEqual(['REVOKE SELECT (`price`) ON `sh', 'REVOKE UPDATE (`price`) ON `sh'])
    expect(statements).toEqual(
      expect.arrayContaining([
        `REVOKE DELETE ON \`shop\\_x\`.* FROM ${from};`,
        `REVOKE GRANT OPTION ON FUNCTION \`shop\`.\`f\` FROM ${from};`,
        `REVOKE PROXY ON 'root'@'%' FROM ${from};`,
        `REVOKE ${flavor === 'mysql' ? "'analysts'@'%'" : '`analysts`'} FROM ${from};`,
      ]),
    )
  })
})

test.each(['mariadb-11.8-replica', 'mysql-9.7-replica'])('%s follows another server', (name) =>
  expect(seen(name).server.follows).toBe(true),
)

const nothing = { flavor: null, hasData: false, isKnown: false, writers: [], server: null, silence: '' }

test('a host without a server', () => {
  expect(databaseObjects.parse('', [null])).toEqual([nothing])
  expect(databaseObjects.parse('data\nknown\nknown\nwriter\tmain\tdb2\n', [null])).toEqual([
    { ...nothing, hasData: true, isKnown: true, writers: [{ cluster: 'main', host: 'db2' }] },
  ])
})

test('a server that does not answer says why', () => {
  const error = "ERROR 2002 (HY000): Can't connect to local server through socket '/run/mysqld/mysqld.sock' (2)"
  expect(databaseObjects.parse(`data\nflavor\tmariadb\n${error}\n`, [null])).toEqual([
    { ...nothing, flavor: 'mariadb', hasData: true, silence: error },
  ])
})

test('half an answer is none', () => {
  const half = "flavor\tmysql\nversion\t8.0.1\nclosed\t1\nERROR 1054 (42S22) at line 4: Unknown column 'x'\n"
  expect(() => databaseObjects.parse(half, [null])).toThrow('did not answer all')
})

test('what would break a line is read as it was meant', () => {
  const [answer] = databaseObjects.parse('version\t9\nclosed\t1\ndatabase\ta\\tb\\nc\\\\d\tutf8mb4\tx\nend\n', [null])
  expect(answer?.server?.databases[0]?.name).toBe('a\tb\nc\\d')
})

test('this machine can be asked', () => {
  expect(ask(databaseObjects, null)).toMatchObject([{ isKnown: false }])
})
