import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { PlannedItem, Planning } from '../../../engine/converge/plan/planning.ts'
import { settle } from '../../../engine/converge/plan/settle.ts'
import type { Topic } from '../../../engine/core/fact.ts'
import { script } from '../../../engine/core/step.ts'
import { itemOf } from './support/items.ts'
import { thing } from './support/thing.ts'

/** Whoever waits turns the clock on. */
vi.mock('node:timers/promises', () => ({
  setTimeout: async (milliseconds: number) => {
    vi.advanceTimersByTime(milliseconds)
  },
}))

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const planned = (differs: boolean, steps: number): PlannedItem => ({
  item: itemOf(thing({ name: 'a', wanted: 'new' })),
  state: null,
  plan: {
    action: 'change',
    differences: differs ? [{ what: 'active', from: 'activating', to: 'active' }] : [],
    steps: Array.from({ length: steps }, () => script('start', ':')),
  },
  provisional: false,
  asked: new Set(),
  leaving: false,
})
const planningOf = (...items: PlannedItem[]): Planning => ({ items, affected: [], reactions: [], notices: [] })

const good = planningOf(planned(false, 0))
const todo = planningOf(planned(true, 1))
const moving = planningOf(planned(true, 0))

/** Plans one after the other, the last one for ever. */
const settled = async (...plans: [Planning, ...Planning[]]) => {
  let turn = 0
  const forgotten: ('everything' | readonly Topic[])[] = []
  const started = performance.now()
  const observer = {
    read: () => Promise.reject(),
    forget: (topics: 'everything' | readonly Topic[]) => forgotten.push(topics),
  }
  const planning = await settle(async () => plans[Math.min(turn++, plans.length - 1)] ?? good, observer)
  return { planning, forgotten, plans: turn, seconds: (performance.now() - started) / 1000 }
}

test.each([
  ['in order', good],
  ['to be mended', todo],
  ['empty', planningOf()],
])('what is %s is not waited for', async (_, plan) => {
  expect(await settled(plan)).toEqual({ planning: plan, forgotten: [], plans: 1, seconds: 0 })
})

test('what is on its way is looked at again until it has come', async () => {
  const told = await settled(moving, moving, good)
  expect(told).toMatchObject({ planning: good, forgotten: ['everything', 'everything'], plans: 3 })
})

test('what comes to nothing is planned as it is then', async () => {
  expect((await settled(moving, todo)).planning).toBe(todo)
})

test('something on its way is waited for beside something to be mended', async () => {
  const both = planningOf(planned(true, 0), planned(true, 1))
  expect((await settled(both, good)).planning).toBe(good)
})

test('patience ends after half a minute', async () => {
  const { planning: last, seconds, plans } = await settled(moving)
  expect(last).toBe(moving)
  expect(seconds).toBeGreaterThanOrEqual(30)
  expect(seconds).toBeLessThan(31)
  expect(plans).toBeGreaterThan(100)
})
