import { describe, expect, test } from 'vitest'
import { reasonsAgainst, rightful, troublesOf } from '../../../../engine/rollout/database/judge.ts'
import type { Member } from '../../../../engine/rollout/database/member.ts'
import { lost, member, replica, silent, writer } from './members.ts'

const broken = { receiver: 'stopped', trouble: 'Got fatal error 1236 from master' } as const
const errant = { executed: '0-1-205,0-2-7' }

describe('the writer', () => {
  const cases: readonly [string, readonly Member[], ReturnType<typeof rightful>][] = [
    [
      'is the described one where there was no promotion',
      [member('db2', {}, { epoch: null })],
      { epoch: null, writer: 'db1' },
    ],
    [
      'is that of the newest promotion that anybody has heard of',
      [member('db1'), member('db2', {}, { epoch: { number: 4, writer: 'db2' } }), lost('db3')],
      { epoch: { number: 4, writer: 'db2' }, writer: 'db2' },
    ],
  ]
  test.each(cases)('%s', (_, members, is) => expect(rightful(members, 'db1')).toEqual(is))
})

describe('what is wrong', () => {
  const cases: readonly [string, readonly Member[], readonly string[]][] = [
    ['nothing', [writer('db1'), replica('db2')], []],
    ['one server alone', [writer('db1')], []],
    ['two writers', [writer('db1'), writer('db2')], ['db1 and db2 take writes at once']],
    [
      'somebody else writes',
      [member('db1'), writer('db2')],
      ['db2 takes writes, but the writer is db1', 'db1 takes no writes'],
    ],
    ['nobody writes', [member('db1'), replica('db2')], ['db1 takes no writes']],
    ['a host that nobody can come in to', [writer('db1'), lost('db2')], ['db2 cannot be reached: no answer']],
    ['a server that is down', [writer('db1'), silent('db2')], ["the server of db2 is failed: Can't connect"]],
    ['none installed', [writer('db1'), silent('db2', '')], ['db2 has no database server']],
    [
      'it has half a copy',
      [writer('db1'), replica('db2', {}, {}, { copy: 'begun' })],
      ['db2 has no whole copy that it uses yet: fettle db resume goes on with it'],
    ],
    ['it follows nobody', [writer('db1'), member('db2')], ['db2 follows nobody']],
    [
      'it follows somebody else',
      [writer('db1'), replica('db2', {}, { address: '10.0.0.3' })],
      ['db2 follows 10.0.0.3 instead of db1'],
    ],
    [
      'replication is broken',
      [writer('db1'), replica('db2', {}, broken)],
      ['db2 does not receive: Got fatal error 1236 from master'],
    ],
    [
      'it would follow anybody',
      [writer('db1'), replica('db2', {}, { verifies: false })],
      ['db2 does not verify whom it follows'],
    ],
    ['behind', [writer('db1'), replica('db2', { lag: 3600 })], ['db2 is 3600.0 s behind']],
    ['errant', [writer('db1'), replica('db2', errant)], ['db2 has transactions that db1 never had: 0-2: 1 to 7']],
    [
      'semi-sync that has fallen back',
      [{ ...writer('db1'), semiSync: true }, replica('db2')],
      ['commits on db1 do not wait for a replica: what it acknowledges may be lost with it'],
    ],
  ]
  test.each(cases)('%s', (_, members, troubles) => expect(troublesOf(members, 'db1')).toEqual(troubles))

  test('a replica that was asked later than the writer may have more of it', () => {
    const members = [writer('db1', { executed: '0-1-205' }), replica('db2', { executed: '0-1-209' })]
    expect(troublesOf(members, 'db1')).toEqual([])
  })
})

describe('db2 may become the writer', () => {
  const against = (...members: readonly Member[]) =>
    reasonsAgainst(members.find(({ name }) => name === 'db2') ?? lost('db2'), members, 'db1')

  test('where all is well', () => expect(against(writer('db1'), replica('db2'))).toEqual([]))

  test.each<[string, readonly Member[], string]>([
    ['the writer is down', [silent('db1'), replica('db2')], 'the writer, db1, does not answer: that is for a failover'],
    ['nobody writes', [member('db1'), replica('db2')], 'db1 takes no writes: fettle db resume opens it'],
    ['a third one writes', [writer('db1'), replica('db2'), writer('db3')], 'db3 takes writes as well'],
    [
      'it is broken',
      [writer('db1'), replica('db2', {}, broken)],
      'db2 does not receive: Got fatal error 1236 from master',
    ],
    ['it is behind', [writer('db1'), replica('db2', { lag: 3 })], 'db2 is 3.0 s behind'],
    ['it has no heartbeat', [writer('db1'), replica('db2', { lag: null })], 'db2 has never had a heartbeat'],
    ['it is errant', [writer('db1'), replica('db2', errant)], 'db2 has transactions that db1 never had: 0-2: 1 to 7'],
    ['it is lost', [writer('db1'), lost('db2')], 'db2 cannot be reached: no answer'],
  ])('not where %s', (_, members, reason) => expect(against(...members)).toEqual([reason]))
})
