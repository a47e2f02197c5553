import { describe, expect, test } from 'vitest'
import { donorOf } from '../../../../engine/rollout/database/donor.ts'
import { mostAdvanced } from '../../../../engine/rollout/database/failover.ts'
import { type Answering, answers, type Member } from '../../../../engine/rollout/database/member.ts'
import { remedyOf } from '../../../../engine/rollout/database/receiving.ts'
import { roomProblem } from '../../../../engine/rollout/database/room.ts'
import { isHeldUp } from '../../../../engine/rollout/database/seed.ts'
import { cannotCopy, cannotFollow } from '../../../../engine/rollout/database/versions.ts'
import { lost, member, replica, silent, writer } from './members.ts'

const answering = (one: Member): Answering => {
  if (!answers(one)) throw new Error('it answers')
  return one
}

describe('who gives a server its copy', () => {
  const fresh = answering(member('db4', { databases: 0 }, { epoch: null }))
  const cases: readonly [string, readonly Member[], string][] = [
    ['the replica that is least behind', [writer('db1'), replica('db2', { lag: 0.9 }), replica('db3')], 'db3'],
    ['the writer where there is no replica', [writer('db1')], 'db1'],
    ['not one that follows nobody', [writer('db1'), member('db2')], 'db1'],
    ['not one that is behind', [writer('db1'), replica('db2', { lag: 60 })], 'db1'],
    ['not one that has never had a heartbeat', [writer('db1'), replica('db2', { lag: null })], 'db1'],
    ['not one with half a copy', [writer('db1'), replica('db2', {}, {}, { copy: 'begun' })], 'db1'],
    ['not one with transactions of its own', [writer('db1'), replica('db2', { executed: '0-1-205,0-2-7' })], 'db1'],
    ['not one that takes writes', [writer('db1'), replica('db2', { writable: true })], 'db1'],
    ['not one of another series', [writer('db1'), replica('db2', { version: '12.0.1-MariaDB' })], 'db1'],
    ['not one that does not answer', [writer('db1'), silent('db2'), lost('db3')], 'db1'],
  ]
  test.each(cases)('%s', (_, members, name) =>
    expect(donorOf([...members, fresh], fresh, answering(writer('db1'))).name).toBe(name),
  )

  test('not the server itself', () => {
    const own = replica('db2')
    expect(donorOf([writer('db1'), own], answering(own), answering(writer('db1'))).name).toBe('db1')
  })
})

describe('whether commits of the writer wait for the end of a copy', () => {
  const [wanted, waiting] = [{ wanted: true, waiting: true, replicas: 0 }, { flavor: 'mysql' as const }]
  const source = writer('db1', { ...waiting, semiSync: wanted })
  const fresh = answering(replica('db2', waiting))
  const cases: readonly [string, readonly Member[], boolean][] = [
    ['nobody else is there', [source], true],
    ['somebody else confirms', [source, replica('db3', waiting)], false],
    ['somebody else follows, and hears nothing', [source, replica('db3', waiting, { receiver: 'connecting' })], true],
    ['somebody else follows another one', [source, replica('db3', waiting, { address: '10.0.0.7' })], true],
    ['somebody else does not answer', [source, silent('db3'), lost('db4')], true],
    ['they wait for nobody', [writer('db1', waiting)], false],
    ['there are none', [member('db1', { ...waiting, semiSync: wanted })], false],
    ['MariaDB’s copy does not wait for them', [writer('db1', { semiSync: wanted })], false],
  ]
  test.each(cases)('%s', (_, members, holds) =>
    expect(isHeldUp([...members, fresh], fresh, answering(members[0] ?? fresh))).toBe(holds),
  )
})

describe('servers that do not go together', () => {
  const of = (version: string, flavor: 'mariadb' | 'mysql' = 'mariadb') => answering(member('db2', { version, flavor }))
  const source = (version: string, flavor: 'mariadb' | 'mysql' = 'mariadb') =>
    answering(writer('db1', { version, flavor }))
  const follows: readonly [string, Answering, Answering, string | null][] = [
    ['the same', of('11.8.3-MariaDB'), source('11.8.3-MariaDB'), null],
    ['an older one of its series', of('11.8.2-MariaDB'), source('11.8.9-MariaDB'), null],
    ['a newer one', of('11.8.3-MariaDB'), source('10.11.14-MariaDB'), null],
    ['an older one', of('10.11.14-MariaDB'), source('11.8.3-MariaDB'), 'its server is older'],
    ['an older MySQL', of('8.0.44', 'mysql'), source('9.7.4', 'mysql'), 'its server is older'],
    ['an older MySQL of its major', of('9.6.0', 'mysql'), source('9.7.4', 'mysql'), 'its server is older'],
    ['a newer MySQL', of('9.7.4', 'mysql'), source('8.4.6', 'mysql'), null],
    ['MySQL of MariaDB', of('9.7.4', 'mysql'), source('11.8.3-MariaDB'), 'do not understand each other'],
    ['MariaDB of MySQL', of('11.8.3-MariaDB'), source('8.0.44', 'mysql'), 'do not understand each other'],
  ]
  test.each(follows)('following: %s', (_, one, other, message) => {
    const problem = cannotFollow(one, other)
    if (message === null) expect(problem).toBeNull()
    else
      expect(problem).toMatchObject({
        ...{ code: 'database.refused', host: 'db2', message: expect.stringContaining(message) },
        ...{ detail: expect.stringContaining('nothing was touched'), hint: expect.any(String) },
      })
  })

  test('a copy is for a server of the same series', () => {
    expect(cannotCopy(of('11.8.2-MariaDB'), source('11.8.9-MariaDB'))).toBeNull()
    expect(cannotCopy(of('11.8.3-MariaDB'), source('10.11.14-MariaDB'))).toMatchObject({
      code: 'database.refused',
      message: 'db2 cannot read a copy of db1: its server is of another series',
      detail: 'db2 has MariaDB 11.8.3\ndb1 has MariaDB 10.11.14\nnothing was touched',
    })
    expect(cannotCopy(of('10.11.14-MariaDB'), source('11.8.3-MariaDB'))?.message).toContain('is older')
  })
})

describe('room for a copy', () => {
  const gib = 2 ** 30
  const cases: readonly [string, 'mariadb' | 'mysql', number, number, number, boolean][] = [
    ['more than enough', 'mariadb', gib, 10 * gib, 0, true],
    ['just enough', 'mariadb', 2 * gib, 2.1 * gib, 0, true],
    ['not what is written meanwhile', 'mariadb', 2 * gib, 2.09 * gib, 0, false],
    ['64 MiB more at least', 'mariadb', 2 ** 20, 64 * 2 ** 20, 0, false],
    ['what goes before is room', 'mysql', 2 * gib, 0.2 * gib, 2 * gib, true],
    ['and not enough of it', 'mysql', 2 * gib, 0.2 * gib, gib, false],
  ]
  test.each(cases)('%s', (_, flavor, size, free, replaced, fits) =>
    expect(roomProblem('db2', 'db1', flavor, { size, free, replaced }) === null).toBe(fits),
  )

  test('is said with both figures', () => {
    expect(roomProblem('db2', 'db1', 'mariadb', { size: gib, free: 300 * 2 ** 20, replaced: 0 })).toMatchObject({
      code: 'database.refused',
      host: 'db2',
      message: 'db2 has no room for a copy of db1: it takes 1088 MiB, and 300 MiB are free in /var/lib/mysql',
      detail: 'what it has now is kept until the copy is whole; nothing was touched',
    })
  })
})

describe('what mends a replica that is not let in', () => {
  const cases: readonly [string, string, RegExp | null][] = [
    ['a wrong password', "Access denied for user 'replication'@'10.0.0.2' (using password: YES)", /password/],
    ['a strange certificate', 'TLS/SSL error: certificate verify failed', /authority/],
    ['a number of another', 'master and slave have equal MySQL server ids', /serverId/],
    ['too late', 'Could not find first log file name in binary log index file', /reseed/],
    ['one that is not up yet', "Can't connect to server on '10.0.0.1' (111 \"Connection refused\")", null],
  ]
  test.each(cases)('%s', (_, trouble, remedy) => {
    if (remedy === null) expect(remedyOf(trouble)).toBeNull()
    else expect(remedyOf(trouble)).toMatch(remedy)
  })
})

test('half a copy is nobody’s heir, however much it has', () => {
  const cluster = { name: 'main', primary: 'db1', hosts: [], balancers: [], emit: () => {} }
  const members = [silent('db1'), replica('db2'), replica('db3', { executed: '0-1-900' }, {}, { copy: 'begun' })]
  expect(mostAdvanced(cluster, members, 'db1')).toBe('db2')
})
