import { describe, expect, test } from 'vitest'
import { isInOrder, planHost } from '../../../engine/converge/plan/plan.ts'
import type { Planning, PlanRequest } from '../../../engine/converge/plan/planning.ts'
import { type Effect, effect } from '../../../engine/core/fact.ts'
import type { Declaration } from '../../../engine/core/resource.ts'
import { noUnit, runningUnit, units } from '../../../engine/facts/units.ts'
import { itemOf, manifestWith, requestFor } from './support/items.ts'
import { tableOf } from './support/table.ts'
import { thing, value } from './support/thing.ts'

const says = (name: string, found: string | null) => effect(value, name, found)
const running = (unit: string, activeSince = 1000) =>
  effect(units, unit, { ...runningUnit, activeSince, activeUptime: 100 })
const stopped = (unit: string) => effect(units, unit, { ...noUnit, load: 'loaded' })

const plan = (declarations: readonly Declaration[], answers: readonly Effect[], change: Partial<PlanRequest> = {}) =>
  planHost(requestFor(declarations, change), tableOf(answers))

/** `a: absent -> new (provisional)`, for each thing that differs. */
const told = ({ items }: Planning) =>
  items.flatMap(({ item, plan: { differences, steps }, provisional }) => {
    const [difference] = differences
    if (!difference) return []
    expect(steps).toHaveLength(1)
    const { from, to } = difference
    return `${item.declaration.key}: ${from ?? 'absent'} -> ${to}${provisional ? ' (provisional)' : ''}`
  })

describe('a plan', () => {
  const a = thing({ name: 'a', wanted: 'new' })
  const b = thing({ name: 'b', wanted: 'new', needs: 'a' })

  test('is empty where nothing differs', async () => {
    const planning = await plan([a, b], [says('a', 'new'), says('b', 'new')])
    expect([isInOrder(planning), told(planning)]).toEqual([true, []])
    expect(isInOrder(await plan([a], [says('a', 'old')]))).toBe(false)
  })

  test('tells what things have to say, also of those that are in order', async () => {
    const [quiet, strange] = [
      thing({ name: 'a', wanted: 'new', notices: ['one'] }),
      thing({ name: 'b', wanted: 'new', notices: ['two'] }),
    ]
    expect(await plan([quiet, strange], [says('a', 'new'), says('b', null)])).toMatchObject({ notices: ['one', 'two'] })
  })

  test('goes on from what earlier steps are known to bring', async () => {
    const absent = [says('a', null), says('b', null)]
    expect(told(await plan([a, b], absent))).toEqual(['thing:a: absent -> new', 'thing:b: absent -> new'])
    expect(told(await plan([b, a], absent))).toEqual(['thing:a: absent -> new'])
  })

  test.each([
    ['an opaque step', { touches: 'everything' }, ' (provisional)'],
    ['a foretold one', { touches: 'everything', foretold: true }, ''],
    ['one that may change it', { touches: [{ fact: 'value', query: 'c' }] }, ' (provisional)'],
    ['one that is known to bring something else', { brings: { c: 'other' } }, ''],
    ['one that touches something else', { touches: [{ fact: 'value', query: 'd' }] }, ''],
  ] as const)('after %s', async (_, step, mark) => {
    const first = thing({ name: 'a', wanted: 'new', ...step })
    const planning = await plan([first, thing({ name: 'c', wanted: 'new' })], [says('a', null), says('c', null)])
    const from = 'brings' in step ? 'other' : 'absent'
    expect(told(planning)).toEqual(['thing:a: absent -> new', `thing:c: ${from} -> new${mark}`])
  })

  test('says provisional only of what follows, and only where something was to be done before', async () => {
    const opaque = thing({ name: 'b', wanted: 'new', touches: 'everything' })
    const [first, last] = [thing({ name: 'a', wanted: 'new' }), thing({ name: 'c', wanted: 'new' })]
    const answers = (found: string | null) => [says('a', null), says('b', found), says('c', null)]
    expect(told(await plan([first, opaque, last], answers(null))).map((line) => line.includes('(prov'))).toEqual([
      false,
      false,
      true,
    ])
    expect(told(await plan([first, opaque, last], answers('new'))).join()).not.toContain('(prov')
  })

  test('knows what each thing was asked', async () => {
    const { items } = await plan([b], [says('a', null), says('b', null)])
    expect([...(items[0]?.asked ?? [])]).toEqual(['value "b"', 'value "a"'])
  })

  test('asks all at once', async () => {
    const observer = tableOf([says('a', 'new'), says('c', 'new'), running('a.service')])
    const planning = planHost(
      requestFor([thing({ name: 'a', wanted: 'new', reloads: ['a.service'] }), thing({ name: 'c', wanted: 'new' })]),
      observer,
    )
    expect(observer.asked).toEqual(['value "a"', 'value "c"', 'units "a.service"'])
    await planning
  })
})

describe('a unit that an input asks to react', () => {
  const reloading = thing({ name: 'a', wanted: 'new', reloads: ['a.service'] })
  const restarting = thing({ name: 'b', wanted: 'new', restarts: ['a.service'] })
  const other = thing({ name: 'c', wanted: 'new' })
  const reactions = async (...args: Parameters<typeof plan>) =>
    (await plan(...args)).reactions.map(({ unit, asks, because, owed, after }) => [
      `${asks} ${unit}`,
      because.join(),
      owed ? 'owed' : 'caused',
      after,
    ])

  test('reacts after the last of them, once', async () => {
    const absent = [says('a', null), says('b', null), says('c', null), running('a.service')]
    expect(await reactions([reloading, other], absent)).toEqual([['reload a.service', 'thing:a', 'caused', 0]])
    expect(await reactions([reloading, other, restarting, other], absent)).toEqual([
      ['restart a.service', 'thing:a,thing:b', 'caused', 2],
    ])
  })

  test('has nothing to do where none of them changes', async () => {
    expect(await reactions([reloading], [says('a', 'new'), running('a.service')])).toEqual([])
  })

  test('has nothing to do where it does not run, nor where it starts afterwards', async () => {
    expect(await reactions([reloading], [says('a', null), stopped('a.service')])).toEqual([])
    const starting = thing({ name: 's', wanted: 'started', starts: 'a.service' })
    const answers = [says('a', null), says('b', null), says('s', null), stopped('a.service')]
    expect(await reactions([reloading, starting], answers)).toEqual([])
    expect(await reactions([starting, restarting], answers)).toEqual([['restart a.service', 'thing:b', 'caused', 1]])
    const paid = new Map([['a.service', new Map([['thing:a', { version: 'old', asks: 'reload' as const }]])]])
    const unchanged = [says('a', 'new'), says('s', null), stopped('a.service')]
    expect(await reactions([reloading, starting], unchanged, { manifest: manifestWith({ paid }) })).toEqual([])
  })

  test('reacts all the same where what would start it finds it running', async () => {
    const starting = thing({ name: 's', wanted: 'started', starts: 'a.service' })
    const answers = [says('a', null), says('s', null), running('a.service')]
    expect(await reactions([reloading, starting], answers)).toEqual([['reload a.service', 'thing:a', 'caused', 0]])
  })

  test('owes what was recorded, though nothing changes now', async () => {
    const at = { bootId: 'boot', uptime: 500 }
    const owed = new Map([['a.service', { asks: 'restart' as const, because: ['thing:gone'], at }]])
    const answers = [says('a', 'new'), running('a.service')]
    expect(await reactions([], answers, { manifest: manifestWith({ owed }) })).toEqual([
      ['restart a.service', 'thing:gone', 'owed', -1],
    ])
    expect(await reactions([reloading], answers, { manifest: manifestWith({ owed }) })).toEqual([
      ['restart a.service', 'thing:gone', 'owed', 0],
    ])
  })

  test('owes for what changed without Fettle since it was paid', async () => {
    const paid = new Map([['a.service', new Map([['thing:a', { version: 'old', asks: 'reload' as const }]])]])
    const manifest = manifestWith({ paid })
    const answers = [says('a', 'new'), running('a.service')]
    expect(await reactions([reloading], answers, { manifest })).toEqual([['reload a.service', 'thing:a', 'owed', 0]])
    expect(isInOrder(await plan([reloading], answers, { manifest }))).toBe(false)
  })

  test('is not judged by inputs of roles that this run leaves alone', async () => {
    const paid = new Map([['a.service', new Map([['thing:b', { version: 'old', asks: 'restart' as const }]])]])
    const change = { manifest: manifestWith({ paid }), others: [itemOf(restarting, 'other')] }
    expect(await reactions([reloading], [says('a', 'new'), says('b', 'new'), running('a.service')], change)).toEqual([])
  })
})
