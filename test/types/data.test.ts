import { describe, expectTypeOf, test } from 'vitest'
import type { ManifestLine } from '../../engine/converge/state/manifest.ts'
import type { ErrorCode, Problem } from '../../engine/core/error.ts'
import type { Event } from '../../engine/core/event.ts'
import { effect, type Fact, type Read, topic } from '../../engine/core/fact.ts'
import type { Step } from '../../engine/core/step.ts'
import type { PathAnswer } from '../../engine/facts/path.ts'

/** What is left when every case was dealt with. */
const none = (rest: never): string => rest

describe('a union is closed, so that its readers can be whole', () => {
  test('events', () => {
    const whole = (event: Event): string => {
      switch (event.type) {
        case 'run.started':
        case 'run.finished':
        case 'run.failed':
          return event.run
        case 'host.connecting':
        case 'host.seen':
        case 'host.planned':
        case 'host.performing':
        case 'host.done':
        case 'patch.planned':
          return event.host
        case 'step.intended':
        case 'step.progress':
        case 'step.done':
        case 'step.failed':
          return event.title
        case 'resource.changed':
          return event.change.key
        case 'reaction.done':
          return event.reaction.unit
        case 'release.placed':
        case 'release.live':
        case 'release.healthy':
        case 'release.removed':
        case 'rollout.reverting':
          return event.release
        case 'wave.started':
          return event.app
        case 'backup.made':
          return event.snapshot
        case 'site.revision':
          return event.type
        case 'warning':
          return event.message
        default:
          return none(event)
      }
    }
    const partial = (event: Event): string => {
      switch (event.type) {
        case 'warning':
          return event.message
        default:
          // @ts-expect-error there are others
          return none(event)
      }
    }
    expectTypeOf(whole).toEqualTypeOf(partial)
    expectTypeOf<Extract<Event, { type: 'step.failed' }>['problem']>().toEqualTypeOf<Problem>()
    expectTypeOf<'step.skipped'>().not.toExtend<Event['type']>()
  })

  test('steps', () => {
    const whole = (step: Step): string => {
      if (step.does === 'run') return step.script
      if (step.does === 'place') return String(step.content)
      if (step.does === 'link') return step.target
      if (step.does === 'unplace') return step.path
      return none(step)
    }
    expectTypeOf(whole).parameter(0).toEqualTypeOf<Step>()
    expectTypeOf<Step['does']>().toEqualTypeOf<'run' | 'place' | 'link' | 'unplace'>()
  })

  test('what is at a path', () => {
    const modeOf = (answer: PathAnswer): string => (answer.type === 'absent' ? '' : answer.mode)
    expectTypeOf(modeOf).returns.toBeString()
    // @ts-expect-error what is absent has no mode
    const wrong = (answer: PathAnswer): string => answer.mode
    expectTypeOf(wrong).returns.toBeString()
  })

  test('codes of errors', () => {
    expectTypeOf<'changed.under'>().toExtend<ErrorCode>()
    expectTypeOf<'oops'>().not.toExtend<ErrorCode>()
    expectTypeOf<Problem['code']>().toEqualTypeOf<ErrorCode>()
  })

  test('lines of a manifest', () => {
    expectTypeOf<{ drop: string }>().toExtend<ManifestLine>()
    expectTypeOf<{ pay: string }>().not.toExtend<ManifestLine>()
  })
})

describe('data is not changed', () => {
  test('by those who read it', () => {
    const never = (event: Event, step: Step, problem: Problem) => {
      // @ts-expect-error events are read only
      event.type = 'warning'
      // @ts-expect-error so are steps
      step.title = ''
      // @ts-expect-error and problems
      problem.code = 'usage'
      // @ts-expect-error and lists in them
      step.effects.push(effect(count, 'a', 1))
    }
    expectTypeOf(never).toBeFunction()
  })
})

const count: Fact<string, number> = { name: 'count', script: () => '', parse: () => [] }

describe('a fact', () => {
  test('ties an answer to its question', () => {
    expectTypeOf<Read>().toBeCallableWith(count, 'a')
    const ask = (read: Read) => read(count, 'a')
    expectTypeOf(ask).returns.resolves.toBeNumber()
    const never = (read: Read) => [
      // @ts-expect-error its query is a text
      read(count, 1),
      // @ts-expect-error its answer is a number
      effect(count, 'a', 'one'),
      // @ts-expect-error its query is a text
      topic(count, null),
      // @ts-expect-error an answer, not perhaps one
      effect(count, 'a', null),
    ]
    expectTypeOf(never).toBeFunction()
  })

  test('answers as many questions as it is asked', () => {
    // @ts-expect-error a list of answers
    const one: Fact<string, number> = { ...count, parse: () => 1 }
    expectTypeOf(one.parse).returns.toEqualTypeOf<readonly number[]>()
  })
})
