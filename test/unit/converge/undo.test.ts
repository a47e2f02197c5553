import { existsSync, statSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { planOn } from '../../../engine/converge/converge.ts'
import { earlierVersions } from '../../../engine/converge/earlier.ts'
import { createObserver } from '../../../engine/converge/plan/observer.ts'
import { type Undo, undoing } from '../../../engine/converge/undo.ts'
import type { Declaration } from '../../../engine/core/resource.ts'
import { file } from '../../../engine/resources/file.ts'
import { converge, requestOn } from './support/converge.ts'
import { createMachine, localTarget, type Machine, me } from './support/machine.ts'

let machine: Machine
const at = (name: string) => `${machine.folder}/${name}`
const unit = 'a.service'
const write = (name: string, content: string, more: object = {}) =>
  file.present({ path: at(name), content, ...me, ...more })

beforeEach(() => {
  machine = createMachine()
  machine.service(unit, 1)
})
afterEach(() => machine.remove())

const has = async (...described: readonly Declaration[]) =>
  expect((await converge(machine, described)).problem).toBeUndefined()

const undo = (what: Undo, described: readonly Declaration[] = []) =>
  converge(machine, described, { instead: undoing(what), run: 'r9' })

const earlier = async () => {
  const session = await machine.connect(localTarget('web1'))
  const versions = await earlierVersions(createObserver(session).read)
  await session.close()
  return versions
}

describe('a file that Fettle replaced', () => {
  test('is given back, whatever it was before: its own, or somebody else’s', async () => {
    machine.write('a', 'theirs', 0o640)
    await has(write('a', 'one'))
    await has(write('a', 'two'))
    expect(await undo({ path: at('a') })).toMatchObject({ done: [`give back ${at('a')} as it was`] })
    expect(machine.read('a')).toBe('one')
    expect(await undo({ path: at('a'), to: 1 })).toMatchObject({ done: [`give back ${at('a')} as it was`] })
    expect([machine.read('a'), statSync(at('a')).mode & 0o777]).toEqual(['theirs', 0o640])
    expect(await undo({ path: at('a'), to: 1 })).toMatchObject({ done: [] })
    expect((await earlier()).map(({ generation: { number, run } }) => [number, run])).toEqual([
      [4, 'r9'],
      [3, 'r9'],
      [2, undefined],
      [1, undefined],
    ])
  })

  test('or removed', async () => {
    await has(write('a', 'one'), write('b', 'two'))
    await has(write('b', 'two'))
    expect(existsSync(at('a'))).toBe(false)
    expect(await undo({ path: at('a') }, [write('b', 'three')])).toMatchObject({ done: [expect.any(String)] })
    expect([machine.read('a'), machine.read('b')]).toEqual(['one', 'two'])
    expect([...machine.manifest().owned.keys()]).toEqual([`file:${at('b')}`])
    await has(write('b', 'two'))
    expect(machine.read('a')).toBe('one')
  })

  test('is put back as described by the next run', async () => {
    await has(write('a', 'one'))
    await has(write('a', 'two'))
    await undo({ path: at('a') }, [write('a', 'two')])
    expect(await converge(machine, [write('a', 'two')])).toMatchObject({ done: [`write ${at('a')}`] })
    expect(machine.read('a')).toBe('two')
  })

  test('is not given back over what changed since it was shown', async () => {
    await has(write('a', 'one'))
    await has(write('a', 'two'))
    const meanwhile = () => void machine.write('a', 'somebody’s')
    const run = await converge(machine, [], { instead: undoing({ path: at('a') }), meanwhile })
    expect(run.problem).toMatchObject({ code: 'changed.under' })
    expect(machine.read('a')).toBe('somebody’s')
  })
})

describe('units', () => {
  const described = (content: string) => write('a', content, { reloads: [unit] })

  test('react to what is given back, and the debt is written down first', async () => {
    await has(described('one'))
    await has(described('two'))
    machine.hook('exit 1')
    const failed = await undo({ path: at('a') }, [described('two')])
    expect(failed.problem).toMatchObject({ code: 'step.failed', message: `reload ${unit} failed with exit status 1` })
    expect([machine.read('a'), [...machine.manifest().owed.keys()]]).toEqual(['one', [unit]])
    machine.hook('')
    expect(await undo({ path: at('a'), to: 1 }, [described('two')])).toMatchObject({ done: [`reload ${unit}`] })
    expect(machine.manifest().owed.size).toBe(0)
  })

  test('react as well where the file left the description', async () => {
    await has(described('one'))
    await has(described('two'))
    expect(await undo({ path: at('a') })).toMatchObject({
      announced: [`give back ${at('a')} as it was`, `reload ${unit}`],
      done: [`give back ${at('a')} as it was`, `reload ${unit}`],
    })
  })
})

describe('what is shown', () => {
  const planned = async (what: Undo) => {
    const host = await planOn(requestOn(machine, [], { instead: undoing(what) }))
    await host.close()
    return host.planning.items.map(({ plan }) => plan.differences)
  }

  test('is the content, where everybody may read it', async () => {
    await has(write('a', 'one'), write('p', 'one', { mode: '0600' }))
    await has(write('a', 'two'), write('p', 'two', { mode: '0600' }))
    expect(await planned({ path: at('a') })).toEqual([[{ what: 'content', from: 'two', to: 'one', text: true }]])
    expect(await planned({ path: at('p') })).toEqual([[{ what: 'content', from: 'as it is now', to: 'as it was' }]])
    expect((await earlier()).map(({ texts }) => texts)).toEqual([null, { now: 'two', before: 'one' }])
  })

  test('is never a generation that is not there', async () => {
    await has(write('config', 'one'))
    await has(write('config', 'two'))
    const problemOf = (what: Undo) => planOn(requestOn(machine, [], { instead: undoing(what) })).catch((error) => error)
    expect((await problemOf({ path: at('confg') })).problems[0]).toMatchObject({
      code: 'generation.unknown',
      hint: `did you mean "${at('config')}"?`,
    })
    expect((await problemOf({ path: at('config'), to: 7 })).problems[0]).toMatchObject({ hint: 'there are: 1' })
    expect(machine.open()).toBe(0)
  })
})
