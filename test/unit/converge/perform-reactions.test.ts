import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { command } from '../../../engine/resources/command.ts'
import { file } from '../../../engine/resources/file.ts'
import { service } from '../../../engine/resources/service.ts'
import { converge } from './support/converge.ts'
import { createMachine, type Machine, me } from './support/machine.ts'
import { siteView } from './support/site.ts'

let machine: Machine
const at = (name: string) => `${machine.folder}/${name}`
const write = (name: string, content: string, more: object = { reloads: ['a.service'] }) =>
  file.present({ path: at(name), content, ...me, ...more })
const note = (name: string) =>
  command.run({ name, script: `echo ${name} >>${at('log')}; touch ${at(name)}`, creates: at(name) })
/** It runs since long before any file of these tests. */
const run = (unit: string) => machine.service(unit, 1)
const paidFor = (unit: string) =>
  [...(machine.manifest().paid.get(unit)?.keys() ?? [])].map((key) => key.split('/').at(-1))

beforeEach(() => {
  machine = createMachine()
  run('a.service')
})
afterEach(() => machine.remove())

describe('a unit reacts', () => {
  test('once, after its last input and before what comes then', async () => {
    const described = [write('one', '1'), note('between'), write('two', '2'), note('after')]
    await converge(machine, described)
    expect(machine.log()).toEqual(['between', 'reload-or-restart a.service', 'after'])
    expect(machine.manifest().owed.size).toBe(0)
    expect(paidFor('a.service')).toEqual(['one', 'two'])
    expect((await converge(machine, described)).done).toEqual([])
    expect(machine.log()).toHaveLength(3)
  })

  test('by a restart where one input asks for that', async () => {
    await converge(machine, [write('one', '1'), write('two', '2', { restarts: ['a.service'] })])
    expect(machine.log()).toEqual(['restart a.service'])
  })

  test('as each of them is asked', async () => {
    run('b.service')
    await converge(machine, [write('one', '1', { reloads: ['a.service'], restarts: ['b.service'] })])
    expect(machine.log()).toEqual(['reload-or-restart a.service', 'restart b.service'])
  })

  test('not where it does not run', async () => {
    machine.service('a.service', null)
    const { done } = await converge(machine, [write('one', '1')])
    expect([done, machine.log()]).toEqual([[`write ${at('one')}`], []])
  })

  test('not where it starts after its inputs, which are then paid for', async () => {
    machine.service('a.service', null)
    await converge(machine, [write('one', '1'), service.running({ unit: 'a' })])
    expect([machine.log(), machine.manifest().owed.size]).toEqual([['start a.service'], 0])
    expect((await converge(machine, [write('one', '1'), service.running({ unit: 'a' })])).done).toEqual([])
    expect(paidFor('a.service')).toEqual(['one'])
  })

  test('where it starts before the last of them', async () => {
    machine.service('a.service', null)
    await converge(machine, [write('one', '1'), service.running({ unit: 'a' }), write('two', '2')])
    expect(machine.log()).toEqual(['start a.service', 'reload-or-restart a.service'])
  })

  test('to what leaves the description', async () => {
    await converge(machine, [write('one', '1'), write('two', '2')])
    await converge(machine, [write('one', '1')])
    expect(machine.log()).toEqual(['reload-or-restart a.service', 'reload-or-restart a.service'])
    expect(paidFor('a.service')).toEqual(['one'])
    expect((await converge(machine, [write('one', '1')])).done).toEqual([])
  })

  test('to what somebody edited since', async () => {
    const described = [write('one', '1'), write('two', '2')]
    await converge(machine, described)
    machine.write('one', 'edited')
    await converge(machine, described)
    expect([machine.read('one'), machine.log().length]).toEqual(['1', 2])
  })
})

describe('what a unit runs with is recorded', () => {
  test('as the host says it where nobody knew it before', async () => {
    const known = write('one', '1')
    const { stampAfter: _, ...resource } = known.resource
    const described = [{ ...known, resource }, write('two', '2', {})]
    await converge(machine, described)
    expect((await converge(machine, described)).done).toEqual([])
    expect(machine.log()).toEqual(['reload-or-restart a.service'])
    expect(
      machine
        .manifest()
        .paid.get('a.service')
        ?.get(`file:${at('one')}`)?.version,
    ).toMatch(/^[0-9a-f]{64} /)
  })

  test('also of roles that this run leaves alone', async () => {
    const both = { app: [write('one', '1')], web: [write('two', '2')] }
    await converge(machine, both)
    const onlyWeb = { only: new Set(['web']) }
    expect((await converge(machine, both, onlyWeb)).done).toEqual([])
    await converge(machine, { ...both, web: [write('two', 'other')] }, onlyWeb)
    expect(paidFor('a.service').sort()).toEqual(['one', 'two'])
    expect((await converge(machine, { ...both, web: [write('two', 'other')] })).done).toEqual([])
  })

  test('also of another site', async () => {
    await converge(machine, [write('theirs', '1')], { site: { ...siteView, name: 'blog' } })
    await converge(machine, [write('one', '1')])
    expect(paidFor('a.service').sort()).toEqual(['one', 'theirs'])
    expect([...machine.manifest().owned.values()].map(({ site }) => site)).toEqual(['blog', 'shop'])
  })
})

describe('a reaction that did not happen', () => {
  const broken = () => [write('one', '1'), write('missing/two', '2')]

  test('because something failed before it is still owed, for what changed', async () => {
    expect(await converge(machine, broken())).toMatchObject({ problem: { code: 'step.failed' } })
    expect([...machine.manifest().owed]).toMatchObject([
      ['a.service', { asks: 'reload', because: [`file:${at('one')}`, `file:${at('missing/two')}`] }],
    ])
    const next = await converge(machine, [write('one', '1')])
    expect(next.announced).toEqual(['reload a.service'])
    expect(next.done).toEqual(['reload a.service', 'record what is in force'])
    expect([machine.log(), machine.manifest().owed.size]).toEqual([['reload-or-restart a.service'], 0])
  })

  test('is owed though nobody describes its inputs in this run', async () => {
    await converge(machine, broken())
    expect((await converge(machine, { app: [write('one', '1')], web: [] }, { only: new Set(['web']) })).done).toEqual([
      'reload a.service',
    ])
    await converge(machine, [write('one', '1')])
    expect(machine.log()).toEqual(['reload-or-restart a.service'])
  })

  test('is a restart where one was asked for', async () => {
    const restarting = (content: string) => write('one', content, { restarts: ['a.service'] })
    machine.hook('exit 1')
    await converge(machine, [restarting('1')])
    machine.hook('')
    expect((await converge(machine, [write('one', '1')])).announced).toEqual(['restart a.service'])
  })

  test('is paid by a restart that was not Fettle’s', async () => {
    await converge(machine, [write('one', '1')])
    machine.hook('exit 1')
    for (const content of ['2', '1']) await converge(machine, [write('one', content)])
    expect(machine.manifest().owed.has('a.service')).toBe(true)
    machine.service('a.service', 1e9)
    expect((await converge(machine, [write('one', '1')])).done).toEqual(['record what is in force'])
    expect(machine.manifest().owed.size).toBe(0)
  })

  test('because the unit refused is tried again until it does not', async () => {
    machine.hook('echo "$2 refuses" >&2; exit 3')
    for (let turn = 0; turn < 2; turn++) {
      const { done, problem } = await converge(machine, [write('one', '1')])
      expect(done.at(-1)).toBe('failed: reload a.service')
      expect(problem).toMatchObject({
        code: 'step.failed',
        detail: 'a.service refuses\nthe journal of a.service',
      })
    }
    machine.hook('')
    expect((await converge(machine, [write('one', '1')])).done).toEqual(['reload a.service'])
    expect((await converge(machine, [write('one', '1')])).done).toEqual([])
  })
})

describe('a unit that Fettle never saw start', () => {
  const found = () => machine.write('one', '1')
  const since = async (seconds: number) => {
    found()
    machine.service('a.service', seconds)
    return converge(machine, [write('one', '1')])
  }

  test('owes a reload where it is older than its inputs', async () => {
    expect(await since(1)).toMatchObject({ announced: ['reload a.service'], done: ['reload a.service'] })
  })

  test('owes nothing where it is newer, and that is recorded', async () => {
    const told = await since(1e9)
    expect(told).toMatchObject({ announced: [], done: ['record what is in force'] })
    expect(paidFor('a.service')).toEqual(['one'])
  })
})
