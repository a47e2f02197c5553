import { describe, expect, test } from 'vitest'
import { type Simulation, simulate } from '../../../engine/converge/plan/simulation.ts'
import { effect, topic, topicKey } from '../../../engine/core/fact.ts'
import { script } from '../../../engine/core/step.ts'
import { tableOf } from './support/table.ts'
import { value } from './support/thing.ts'

const hostSays = ['a', 'b', 'c'].map((name) => effect(value, name, `${name} of the host`))
const brings = (name: string) => [effect(value, name, `${name} of the step`)]
const touches = (...names: string[]) => names.map((name) => topic(value, name))

const narrow = script('narrow', ':', { effects: brings('a'), touches: touches('a', 'b') })
const opaque = script('opaque', ':', { effects: brings('a') })
const foretold = script('foretold', ':', { effects: brings('a'), foretold: true })
const narrowAgain = script('narrow again', ':', { touches: touches('a') })

/** What is read of each name, whether a preview has doubts about it, and whether acting on it has. */
const look = async (simulation: Simulation) => {
  const told: Record<string, string> = {}
  for (const name of ['a', 'b', 'c']) {
    const [, who = ''] = /of the (\w+)/.exec((await simulation.read(value, name)) ?? '') ?? []
    const uncertain = simulation.takeUncertain() ? ', uncertain' : ''
    const doubts = simulation.doubts(topicKey(topic(value, name))) ? ', to be asked' : ''
    told[name] = `${who}${uncertain}${doubts}`
  }
  return told
}

const lookAfter = async (...steps: Parameters<Simulation['apply']>[0][]) => {
  const simulation = simulate(tableOf(hostSays).read)
  for (const step of steps) simulation.apply(step)
  return look(simulation)
}

const host = { a: 'host', b: 'host', c: 'host' }

describe('after', () => {
  test('nothing, all is the host’s', async () => expect(await lookAfter()).toEqual(host))

  test('a narrow step, its effects are known, what it touches besides is uncertain, and the rest is the host’s', async () => {
    expect(await lookAfter(narrow)).toEqual({ ...host, a: 'step', b: 'host, uncertain, to be asked' })
  })

  test('an opaque step, everything is uncertain but what it is known to bring, and all is to be asked', async () => {
    expect(await lookAfter(opaque)).toEqual({
      a: 'step, to be asked',
      b: 'host, uncertain, to be asked',
      c: 'host, uncertain, to be asked',
    })
  })

  test('a foretold step, a preview relies on the rest, though all is to be asked', async () => {
    expect(await lookAfter(foretold)).toEqual({
      a: 'step, to be asked',
      b: 'host, to be asked',
      c: 'host, to be asked',
    })
  })

  test('a foretold and an opaque one, what is opaque counts', async () => {
    const uncertain = 'host, uncertain, to be asked'
    expect(await lookAfter(foretold, opaque)).toEqual({ a: 'step, to be asked', b: uncertain, c: uncertain })
    expect(await lookAfter(opaque, foretold)).toEqual({ a: 'step, to be asked', b: uncertain, c: uncertain })
  })

  test('a step that touches what an earlier one brought, that is uncertain again', async () => {
    expect(await lookAfter(narrow, narrowAgain)).toMatchObject({ a: 'host, uncertain, to be asked' })
    expect(await lookAfter(narrowAgain, narrow)).toMatchObject({ a: 'step' })
  })

  test('an opaque one behind a narrow one, the narrow one’s effects are still known', async () => {
    const other = script('other', ':', { effects: brings('c') })
    expect(await lookAfter(narrow, other)).toEqual({
      a: 'step, to be asked',
      b: 'host, uncertain, to be asked',
      c: 'step, to be asked',
    })
  })
})

test('it knows whether anything was applied', () => {
  const simulation = simulate(tableOf(hostSays).read)
  expect(simulation.isUntouched()).toBe(true)
  simulation.apply(narrow)
  expect(simulation.isUntouched()).toBe(false)
})

test('uncertainty is told once, for all that was read since', async () => {
  const simulation = simulate(tableOf(hostSays).read)
  simulation.apply(narrow)
  await simulation.read(value, 'b')
  await simulation.read(value, 'c')
  expect([simulation.takeUncertain(), simulation.takeUncertain()]).toEqual([true, false])
})
