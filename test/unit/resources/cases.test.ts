import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type Effect, type Fact, type Read, topicKey } from '../../../engine/core/fact.ts'
import { inOrder } from '../../../engine/core/plan.ts'
import { kinds } from '../../../engine/resources/index.ts'
import type { Case } from '../../cases/case.ts'

const folder = new URL('../../cases/', import.meta.url)
const names = [...kinds.keys()].flatMap((kind) =>
  readdirSync(new URL(`${kind}/`, folder)).map((file) => `${kind}/${file}`),
)
const cases = await Promise.all(
  names.map(
    async (name) => [name.replace('.ts', ''), (await import(new URL(name, folder).href)).default as Case] as const,
  ),
)

/** Answers from a table, and notes what was asked. */
const table = (answers: readonly Effect[]) => {
  const known = new Map(answers.map((answer) => [topicKey(answer), answer.answer]))
  const asked = new Set<string>()
  const read = async <Query, Answer>(fact: Fact<Query, Answer>, query: Query): Promise<Answer> => {
    const key = topicKey({ fact: fact.name, query })
    if (!known.has(key)) throw new Error(`no answer to ${key}`)
    asked.add(key)
    return known.get(key) as Answer
  }
  return { read: read as Read, unasked: () => [...known.keys()].filter((key) => !asked.has(key)) }
}

const plan = async ({ resource, spec }: Case['declare'], read: Read) =>
  resource.plan(spec, await resource.observe(spec, read))

test.each(cases)('%s', async (_, { declare, answers, plan: expected }) => {
  const { read, unasked } = table(answers)
  expect(await plan(declare, read)).toEqual(expected)
  expect(unasked(), 'questions that were not asked').toEqual([])
})

const mending = cases.filter(([, { plan, unforeseen }]) => plan.steps.length > 0 && !unforeseen)

test.each(mending)('%s is in order once its steps are done', async (_, { declare, answers, plan: { steps } }) => {
  const effects = steps.flatMap((step) => step.effects)
  const { read } = table([...answers, ...effects])
  expect(await plan(declare, read)).toEqual(inOrder)
})

const differing = cases.filter(([, { plan }]) => plan.differences.length > 0)

test.each(differing)('%s says what differs and what it does in words', (_, { plan: { differences, steps } }) => {
  for (const { from, to } of differences) expect(from).not.toBe(to)
  for (const { title } of steps) expect(title).toMatch(/^[a-z]+ [^\n]+$/)
})

test('every kind has cases: one in order, one not', () => {
  const without = [...kinds.keys()].filter((kind) => {
    const own = cases.filter(([name]) => name.startsWith(`${kind}/`)).map(([, each]) => each.plan.differences.length)
    return !own.includes(0) || own.every((differences) => differences === 0)
  })
  expect(without).toEqual([])
})

test('what may be removed by leaving it out can be described from its key', () => {
  const retiring = cases.filter(([, { declare }]) => declare.resource.retire)
  expect(retiring.length).toBeGreaterThan(0)
  for (const [, { declare }] of retiring) {
    const identity = declare.key.slice(declare.key.indexOf(':') + 1)
    const spec = declare.resource.retire?.(identity)
    expect(declare.resource.identity(spec)).toBe(identity)
  }
})
