import { describe, expect, test } from 'vitest'
import { rightful } from '../../../../engine/rollout/database/judge.ts'
import { type Answering, answers, type Member } from '../../../../engine/rollout/database/member.ts'
import { needOf } from '../../../../engine/rollout/database/need.ts'
import { isSettled } from '../../../../engine/rollout/database/settle.ts'
import { lost, member, replica, silent, writer } from './members.ts'

const answering = (one: Member): Answering => {
  if (!answers(one)) throw new Error('it answers')
  return one
}

describe('what a server needs in order to follow the writer', () => {
  const cases: readonly [string, Member, unknown][] = [
    ['it follows', replica('db2'), 'nothing'],
    [
      'it follows, and has what the writer never had',
      replica('db2', { executed: '0-1-205,0-2-7' }),
      { refused: 'db2 has transactions that db1 never had (0-2: 1 to 7): fettle db reseed' },
    ],
    ['it was restarted', replica('db2', {}, { receiver: 'stopped', applier: 'stopped' }), 'start'],
    ['it follows somebody else', replica('db2', {}, { address: '10.0.0.3' }), 'follow'],
    ['it does not verify whom it follows', replica('db2', {}, { verifies: false }), 'follow'],
    ['it is broken', replica('db2', {}, { applier: 'stopped', trouble: 'Duplicate entry' }), 'follow'],
    ['it got half a copy', replica('db2', {}, {}, { copy: 'begun' }), 'seed'],
    ['it has a copy, and does not follow yet', member('db2', {}, { copy: 'taken', epoch: null }), 'join'],
    ['it is new', member('db2', { databases: 0 }, { epoch: null }), 'seed'],
    [
      'it has databases of its own',
      member('db2', {}, { epoch: null }),
      { refused: 'db2 has databases of its own: fettle db reseed replaces them' },
    ],
    [
      'it has what the writer never had',
      member('db2', { executed: '0-1-205,0-2-7' }),
      { refused: 'db2 has transactions that db1 never had (0-2: 1 to 7): fettle db reseed' },
    ],
  ]
  test.each(cases)('%s', (_, one, need) => expect(needOf(answering(one), answering(writer('db1')))).toEqual(need))
})

describe('a cluster is settled', () => {
  const cases: readonly [string, readonly Member[], boolean][] = [
    ['where the writer is open and the others follow', [writer('db1'), replica('db2')], true],
    ['where the writer is alone', [writer('db1')], true],
    ['not before its first promotion', [member('db1', { writable: true }, { epoch: null })], false],
    ['not where the writer is closed', [member('db1'), replica('db2')], false],
    ['not where commits should wait for a replica', [{ ...writer('db1'), semiSync: true }, replica('db2')], false],
    ['not where the writer is down', [silent('db1'), replica('db2')], false],
    ['not where another one is open', [writer('db1'), replica('db2', { writable: true })], false],
    ['not where one follows nobody', [writer('db1'), member('db2')], false],
    ['not where one has not heard of it', [writer('db1'), replica('db2', {}, {}, { epoch: null })], false],
    ['not where one has half a copy', [writer('db1'), replica('db2', {}, {}, { copy: 'begun' })], false],
    ['not where one cannot be asked', [writer('db1'), lost('db2')], false],
  ]
  test.each(cases)('%s', (_, members, settled) => expect(isSettled(members, rightful(members, 'db1'))).toBe(settled))
})
