import { describe, expect, test } from 'vitest'
import type { Member } from '../../../../../engine/rollout/database/member.ts'
import type { Sight } from '../../../../../engine/rollout/database/watch/sight.ts'
import { judge, type Verdict } from '../../../../../engine/rollout/database/watch/verdict.ts'
import { lost, member, replica, silent, writer } from '../members.ts'
import { sightOf } from './sights.ts'

const trying = { receiver: 'connecting' } as const
const gone = { db1: 11 }

interface Case {
  readonly members: readonly Member[]
  readonly silence?: Readonly<Record<string, number>>
  readonly more?: Partial<Sight>
  readonly state: Verdict['state']
  readonly says?: string
}

const cases: Readonly<Record<string, Case>> = {
  'all is well': { members: [writer('db1'), replica('db2')], state: 'well', says: 'db1 is the writer, by promotion 3' },
  'there was no promotion': { members: [member('db1', {}, { epoch: null })], state: 'new' },
  'the writer has restarted': { members: [member('db1'), replica('db2', {}, trying)], state: 'closed' },
  'it is silent for a moment': {
    members: [silent('db1'), replica('db2', {}, trying)],
    silence: { db1: 9.9 },
    state: 'doubted',
    says: "the server of db1 does not answer (Can't connect)",
  },
  'its server is down, and the replicas try to come back to it': {
    members: [silent('db1'), replica('db2', {}, trying), replica('db3', {}, trying)],
    silence: gone,
    state: 'gone',
  },
  'its host is lost': { members: [lost('db1'), replica('db2', {}, trying)], silence: gone, state: 'gone' },
  'one replica still hears it': {
    members: [lost('db1'), replica('db2', {}, trying), replica('db3')],
    silence: gone,
    state: 'unreached',
    says: 'db1 does not answer (no answer), but db3 still hears it',
  },
  'they are connected, and nothing comes': {
    members: [lost('db1'), replica('db2')],
    silence: gone,
    more: { deaf: new Map([['db2', '0-1-205']]) },
    state: 'gone',
  },
  'something has come since': {
    members: [lost('db1'), replica('db2', {}, { received: '0-1-206' })],
    silence: gone,
    more: { deaf: new Map([['db2', '0-1-205']]) },
    state: 'unreached',
  },
  'no replica answers': { members: [lost('db1'), lost('db2')], silence: { db1: 11, db2: 40 }, state: 'unclear' },
  'somebody told the only replica not to receive': {
    members: [lost('db1'), replica('db2', {}, { receiver: 'stopped' })],
    silence: gone,
    state: 'unclear',
    says: 'db1 does not answer (no answer), and there is no replica that tries to hear it',
  },
  'the only one that answers follows somebody else': {
    members: [lost('db1'), replica('db2', {}, { ...trying, address: '10.0.0.7' })],
    silence: gone,
    state: 'unclear',
  },
  'a replica fell silent with it': {
    members: [lost('db1'), replica('db2', {}, trying), lost('db3')],
    silence: { db1: 11, db3: 12 },
    state: 'unclear',
    says: 'db1 does not answer (no answer), and db3 fell silent with it: nobody knows what that one has',
  },
  'a replica was away long before': {
    members: [lost('db1'), replica('db2', {}, trying), lost('db3')],
    silence: { db1: 11, db3: 300 },
    state: 'gone',
  },
  'each replica has what the other has not': {
    members: [
      lost('db1'),
      replica('db2', { executed: '0-1-205,0-2-1' }, trying),
      replica('db3', { executed: '0-1-206' }, trying),
    ],
    silence: gone,
    state: 'unclear',
  },
  'one of them has received all that the other has applied': {
    members: [
      lost('db1'),
      replica('db2', { executed: '0-1-190' }, { ...trying, received: '0-1-206' }),
      replica('db3', { executed: '0-1-206' }, trying),
    ],
    silence: gone,
    state: 'gone',
  },
  'a replica does not apply': {
    members: [lost('db1'), replica('db2', {}, { ...trying, applier: 'stopped' })],
    silence: gone,
    state: 'unclear',
  },
  'one replica does not apply, and another one does': {
    members: [lost('db1'), replica('db2', {}, { ...trying, applier: 'stopped' }), replica('db3', {}, trying)],
    silence: gone,
    state: 'gone',
  },
  'the one that has most does not apply': {
    members: [
      lost('db1'),
      replica('db2', {}, { ...trying, applier: 'stopped', received: '0-1-206' }),
      replica('db3', {}, trying),
    ],
    silence: gone,
    state: 'unclear',
  },
  'the only replica has half a copy': {
    members: [lost('db1'), replica('db2', {}, trying, { copy: 'taken' })],
    silence: gone,
    state: 'unclear',
  },
  'a replica has far to go': {
    members: [lost('db1'), replica('db2', { lag: 3600 }, trying)],
    silence: gone,
    state: 'unclear',
    says: 'db1 does not answer (no answer), and db2 is 3589 s behind what it could have applied',
  },
  'somebody else takes writes': {
    members: [lost('db1'), replica('db2', {}, trying), writer('db3')],
    silence: gone,
    state: 'unclear',
  },
}

describe('what one observer holds where', () => {
  test.each(Object.entries(cases))('%s', (_, { members, silence, more, state, says }) => {
    const verdict = judge(sightOf(members, silence, more), 'db1', 10)
    expect({ state: verdict.state, says: says && verdict.message }).toEqual({ state, says })
  })
})
