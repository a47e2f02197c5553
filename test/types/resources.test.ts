import { describe, expectTypeOf, test } from 'vitest'
import { inOrder } from '../../engine/core/plan.ts'
import { type Declaration, declarer, type Resource } from '../../engine/core/resource.ts'
import { command } from '../../engine/resources/command.ts'
import { file } from '../../engine/resources/file.ts'
import { service } from '../../engine/resources/service.ts'

interface Spec {
  readonly name: string
}

const counter: Resource<Spec, number> = {
  kind: 'counter',
  identity: (spec) => spec.name,
  observe: async () => 1,
  plan: (_spec, state) => {
    expectTypeOf(state).toEqualTypeOf<number>()
    return inOrder
  },
}
const declare = declarer(counter)

describe('a declaration', () => {
  test('hides what kind of state its resource has', () => {
    expectTypeOf(declare({ name: 'a' })).toEqualTypeOf<Declaration>()
    expectTypeOf<Declaration['resource']>().toEqualTypeOf<Resource<unknown, unknown>>()
    expectTypeOf<Parameters<Declaration['resource']['plan']>>().toEqualTypeOf<[unknown, unknown]>()
    expectTypeOf<Awaited<ReturnType<Declaration['resource']['observe']>>>().toBeUnknown()
  })

  test('of different resources fits in one list', () => {
    expectTypeOf([declare({ name: 'a' }), file.absent({ path: '/a' })]).toEqualTypeOf<Declaration[]>()
  })

  test('takes its spec and what may be attached to any, and nothing else', () => {
    declare({ name: 'a', reloads: ['a.service'], restarts: ['b.service'], validate: { name: 'a', script: 'a -t' } })
    // @ts-expect-error a spec needs all of it
    declare({})
    // @ts-expect-error no such field
    declare({ name: 'a', nmae: 'a' })
    // @ts-expect-error units are a list
    declare({ name: 'a', reloads: 'a.service' })
    // @ts-expect-error a validator has a name
    declare({ name: 'a', validate: { script: 'a -t' } })
  })

  test('is made of a resource whose observation and plan fit', () => {
    // @ts-expect-error it observes a number and plans on a word
    const misfit: Resource<Spec, string> = { ...counter, plan: (_spec, state: string) => (state ? inOrder : inOrder) }
    expectTypeOf(misfit.plan).parameter(1).toBeString()
  })
})

describe('a command', () => {
  const bare = { name: 'seed the database', script: './seed' }

  test('tells when it need not be run', () => {
    expectTypeOf(command.run({ ...bare, creates: '/var/lib/seeded' })).toEqualTypeOf<Declaration>()
    expectTypeOf(command.run({ ...bare, unless: 'test -e /seeded' })).toEqualTypeOf<Declaration>()
  })

  test('that does not is no command', () => {
    const never = () => [
      // @ts-expect-error neither `creates` nor `unless`
      command.run(bare),
      // @ts-expect-error one of the two
      command.run({ ...bare, creates: '/a', unless: 'false' }),
    ]
    expectTypeOf(never).toBeFunction()
  })
})

describe('the words for roles', () => {
  test('are whole', () => {
    const never = () => [
      // @ts-expect-error a file has a content
      file.present({ path: '/a' }),
      // @ts-expect-error what is absent has none
      file.absent({ path: '/a', content: '' }),
      // @ts-expect-error the state is in the word
      file.present({ state: 'absent', path: '/a', content: '' }),
      // @ts-expect-error a mode is a text of octal digits
      file.present({ path: '/a', content: '', mode: 0o644 }),
      // @ts-expect-error what cannot be started does not start at boot
      service.masked({ unit: 'a', enabled: true }),
    ]
    expectTypeOf(never).toBeFunction()
  })
})
