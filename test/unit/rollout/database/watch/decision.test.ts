import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { FailoverTerms } from '../../../../../engine/core/database.ts'
import type { PastFailover } from '../../../../../engine/core/observers.ts'
import type { Member } from '../../../../../engine/rollout/database/member.ts'
import { type Circumstances, type Decision, decide } from '../../../../../engine/rollout/database/watch/decision.ts'
import { judge, type Verdict } from '../../../../../engine/rollout/database/watch/verdict.ts'
import { lost, member, replica, silent, writer } from '../members.ts'
import { sightOf } from './sights.ts'

const verdict: Verdict = {
  state: 'gone',
  epoch: { number: 3, writer: 'db1' },
  writer: 'db1',
  message: 'db1 is gone',
  isReached: true,
}

const terms: FailoverTerms = { automatic: true, after: 10, damping: 3600, fence: null }

const past = (told: Partial<PastFailover> = {}): PastFailover => ({
  ...{ number: 7, epoch: 2, who: 'ada@desk', at: new Date('2026-01-01T00:00:00Z'), secondsAgo: 600, outcome: 'done' },
  ...told,
})

const all: Circumstances = { verdict, terms, gathering: { observers: 3, agreeing: 2, last: null }, holder: null }

const cases: Readonly<Record<string, readonly [Partial<Circumstances>, Decision['state']]>> = {
  'most observers agree': [{}, 'fail over'],
  'there is one observer': [{ gathering: { observers: 1, agreeing: 1, last: null } }, 'fail over'],
  'half of them agree': [{ gathering: { observers: 2, agreeing: 1, last: null } }, 'outvoted'],
  'the store cannot be asked': [{ gathering: null }, 'stranded'],
  'the description does not have it': [{ terms: { ...terms, automatic: false } }, 'observed'],
  'somebody is at work': [{ holder: "ada@desk's fettle db switchover" }, 'held'],
  'somebody is at work, and it is not clear how the replicas are': [
    { verdict: { ...verdict, state: 'unclear' }, holder: 'somebody' },
    'held',
  ],
  'somebody is at work, and all is well': [{ verdict: { ...verdict, state: 'well' }, holder: 'somebody' }, 'well'],
  'one was ten minutes ago': [{ gathering: { observers: 3, agreeing: 3, last: past() } }, 'damped'],
  'one was an hour ago': [{ gathering: { observers: 3, agreeing: 3, last: past({ secondsAgo: 3600 }) } }, 'fail over'],
  'one was long ago, for this promotion': [
    { gathering: { observers: 3, agreeing: 3, last: past({ epoch: 3, secondsAgo: 9999, outcome: null }) } },
    'tried',
  ],
  'nobody can come in to the old writer': [{ verdict: { ...verdict, isReached: false } }, 'needs fencing'],
  'something switches it off': [
    { verdict: { ...verdict, isReached: false }, terms: { ...terms, fence: ['off'] } },
    'fail over',
  ],
  'the writer is not gone': [{ verdict: { ...verdict, state: 'unreached' } }, 'unreached'],
}

describe('what is done where', () => {
  test.each(Object.entries(cases))('%s', (_, [told, state]) => expect(decide({ ...all, ...told }).state).toBe(state))
})

const receivers = fc.constantFrom('running' as const, 'connecting' as const, 'stopped' as const)

const someReplica = (name: string): fc.Arbitrary<Member> =>
  fc.oneof(
    fc
      .record({ receiver: receivers, received: fc.constantFrom('0-1-204', '0-1-205'), lag: fc.constantFrom(0, 500) })
      .map(({ receiver, received, lag }) => replica(name, { lag }, { receiver, received })),
    fc.constant(lost(name)),
    fc.constant(silent(name)),
    fc.constant(writer(name)),
  )

const some = fc.record({
  old: fc.constantFrom(writer('db1'), member('db1'), silent('db1'), lost('db1')),
  replicas: fc.tuple(someReplica('db2'), someReplica('db3')),
  silence: fc.record({ db1: fc.nat(40), db2: fc.nat(40), db3: fc.nat(40) }),
  deaf: fc.option(fc.constantFrom('0-1-204', '0-1-205')),
  terms: fc.record({
    automatic: fc.boolean(),
    after: fc.constant(10),
    damping: fc.constant(3600),
    fence: fc.option(fc.constant(['off']), { freq: 1 }),
  }),
  observers: fc.integer({ min: 1, max: 5 }),
  agreeing: fc.nat(5),
  last: fc.option(fc.record({ epoch: fc.constantFrom(2, 3), secondsAgo: fc.constantFrom(10, 3599, 3600, 9999) }), {
    freq: 1,
  }),
  holder: fc.option(fc.constant('somebody'), { freq: 1 }),
})

test('nobody is failed over from against any of the rules', () => {
  let acted = 0
  const check = ({ old, replicas, silence, deaf, terms, observers, agreeing, last, holder }: Some) => {
    const sight = sightOf([old, ...replicas], silence, { deaf: new Map(deaf === null ? [] : [['db2', deaf]]) })
    const gathering = { observers, agreeing, last: last && past(last) }
    const decision = decide({ verdict: judge(sight, 'db1', terms.after), terms, gathering, holder })
    if (decision.state !== 'fail over') return
    acted++
    const hearing = replicas.filter(({ name, seen }) => {
      const source = 'unit' in seen ? seen.server?.source : null
      return source?.receiver === 'running' && !(name === 'db2' && source.received === deaf)
    })
    expect(hearing).toEqual([])
    expect(silence.db1).toBeGreaterThanOrEqual(10)
    expect(agreeing).toBeGreaterThan(observers / 2)
    expect(last === null || (last.secondsAgo >= 3600 && last.epoch !== 3)).toBe(true)
    expect([terms.automatic, holder]).toEqual([true, null])
    expect('unit' in old.seen || terms.fence !== null).toBe(true)
    expect('unit' in old.seen && old.seen.server !== null).toBe(false)
  }
  fc.assert(fc.property(some, check), { numRuns: 20_000 })
  expect(acted).toBeGreaterThan(0)
})

type Some = typeof some extends fc.Arbitrary<infer Value> ? Value : never
