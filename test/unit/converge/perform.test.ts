import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { command } from '../../../engine/resources/command.ts'
import { directory } from '../../../engine/resources/directory.ts'
import { file } from '../../../engine/resources/file.ts'
import { service } from '../../../engine/resources/service.ts'
import { converge } from './support/converge.ts'
import { createMachine, type Machine, me } from './support/machine.ts'

let machine: Machine
const at = (name: string) => `${machine.folder}/${name}`
const has = (name: string) => existsSync(at(name))
const write = (name: string, content: string, more: object = {}) =>
  file.present({ path: at(name), content, ...me, ...more })
const folder = (name: string) => directory.present({ path: at(name), ...me })
const run = (name: string, script: string) => command.run({ name, script, creates: at(name) })
/** Two to look, one to take the host, one to give it back; between them one to look again. */
const nothing = { done: [], announced: [], scripts: 5 }

beforeEach(() => {
  machine = createMachine()
})
afterEach(() => machine.remove())

describe('what is planned is done', () => {
  test('in order, as one script, and then there is nothing to do', async () => {
    machine.service('a.service', null)
    const described = [folder('etc'), write('etc/one', '1'), write('etc/two', '2'), service.running({ unit: 'a' })]
    const first = await converge(machine, described)
    const titles = [`make directory ${at('etc')}`, `write ${at('etc/one')}`, `write ${at('etc/two')}`]
    expect(first).toEqual({
      done: [...titles, 'start a.service'],
      announced: [...titles, 'start a.service'],
      scripts: 6,
    })
    expect([machine.read('etc/one'), machine.read('etc/two'), machine.log()]).toEqual(['1', '2', ['start a.service']])
    const before = statSync(at('etc/one'))
    expect(await converge(machine, described)).toEqual(nothing)
    expect(statSync(at('etc/one'))).toEqual(before)
  })

  test('and recorded as Fettle’s, before it is done', async () => {
    machine.write('there', 'theirs')
    const described = [write('there', 'ours'), write('missing/new', 'ours')]
    expect(await converge(machine, described)).toMatchObject({ problem: { code: 'step.failed' } })
    const origins = [...machine.manifest().owned].map(([key, { origin, site, role }]) => [key, origin, site, role])
    expect(origins).toEqual([
      [`file:${at('there')}`, 'adopted', 'shop', 'app'],
      [`file:${at('missing/new')}`, 'created', 'shop', 'app'],
    ])
  })

  test('also where nothing had ever been recorded, for what Fettle does not look after', async () => {
    const theirs = write('there', 'ours')
    const { restores: _, retire: __, ...unkept } = theirs.resource
    machine.write('there', 'theirs')
    const described = [{ ...theirs, resource: unkept }]
    expect(await converge(machine, described)).toMatchObject({ done: [`write ${at('there')}`] })
    expect(machine.read('there')).toBe('ours')
    expect(has('state/manifest')).toBe(false)
  })

  test('and what Fettle made stays what it made, however often it changes', async () => {
    await converge(machine, [write('a', '1')])
    await converge(machine, [write('a', '2')])
    expect(machine.manifest().owned.get(`file:${at('a')}`)?.origin).toBe('created')
    expect(readdirSync(at('state/former'))).toEqual([])
  })
})

describe('a step of which nobody knows what it does', () => {
  test('is looked at before what follows is judged', async () => {
    const described = [run('made', `printf same >${at('a')}; touch ${at('made')}`), write('a', 'same'), write('b', 'b')]
    const { done, announced } = await converge(machine, described)
    expect(announced).toEqual(['made', `write ${at('a')}`, `write ${at('b')}`])
    expect(done).toEqual(['made', `write ${at('b')}`])
    expect(await converge(machine, described)).toEqual(nothing)
  })

  test('costs a look, and a quiet one costs none', async () => {
    const opaque = [run('one', `touch ${at('one')}`), write('a', 'a'), write('b', 'b')]
    expect((await converge(machine, opaque)).scripts).toBe(8)
    expect((await converge(machine, [write('c', 'c'), write('d', 'd')])).scripts).toBe(6)
  })

  test('may undo what was in order, and that is mended', async () => {
    machine.write('a', 'a')
    const undo = run('made', `printf spoiled >${at('a')}; touch ${at('made')}`)
    const { announced, done } = await converge(machine, [undo, write('a', 'a')], { approved: true })
    expect([announced, done]).toEqual([['made'], ['made', `write ${at('a')}`]])
    expect(machine.read('a')).toBe('a')
  })
})

describe('a plan that somebody approved', () => {
  test('is held to: a change that it had not announced stops it', async () => {
    machine.write('a', 'a')
    machine.service('s.service', null)
    machine.hook(`printf spoiled >${at('a')}`)
    const described = [write('before', 'b'), service.running({ unit: 's' }), write('a', 'a'), write('after', 'c')]
    const { done, problem } = await converge(machine, described, { approved: true })
    expect(done).toEqual([`write ${at('before')}`, 'start s.service'])
    expect(problem).toMatchObject({ code: 'plan.changed', detail: `write ${at('a')}` })
    expect([machine.read('a'), has('after')]).toEqual(['spoiled', false])
    const { announced } = await converge(machine, described, { approved: true })
    expect(announced).toEqual([`write ${at('a')}`, `write ${at('after')}`])
    expect(machine.read('a')).toBe('a')
  })

  test('may leave out what has become needless, and do what was said to be provisional', async () => {
    machine.write('a', 'old')
    const described = [run('made', `printf a >${at('b')}; touch ${at('made')}`), write('a', 'a'), write('b', 'a')]
    const { done, problem } = await converge(machine, described, { approved: true })
    expect([done, problem]).toEqual([['made', `write ${at('a')}`], undefined])
  })

  test('stops where a file changed since', async () => {
    machine.write('a', 'old')
    const meanwhile = () => machine.write('a', 'somebody’s')
    const { done, problem } = await converge(machine, [write('a', 'new')], { meanwhile })
    expect([done, problem?.code]).toEqual([[`failed: write ${at('a')}`], 'changed.under'])
    expect(machine.read('a')).toBe('somebody’s')
  })
})

describe('a step that fails', () => {
  test('ends it; the rest is done by the next run', async () => {
    const described = [write('a', 'a'), write('missing/b', 'b'), write('c', 'c')]
    const first = await converge(machine, described)
    expect(first.done).toEqual([`write ${at('a')}`, `failed: write ${at('missing/b')}`])
    expect(first.problem).toMatchObject({ code: 'step.failed' })
    expect(has('c')).toBe(false)
    mkdirSync(at('missing'))
    expect((await converge(machine, described)).done).toEqual([`write ${at('missing/b')}`, `write ${at('c')}`])
  })

  test('is an error where it ended well and did nothing', async () => {
    const described = [command.run({ name: 'idle', script: 'true', unless: 'false' })]
    const { done, problem } = await converge(machine, described)
    expect(done).toEqual(['idle'])
    expect(problem).toMatchObject({
      code: 'not.converged',
      detail: 'command:idle: false is false, not true',
    })
  })
})

describe('what leaves the description', () => {
  test('is taken away, last made first, and forgotten', async () => {
    await converge(machine, [folder('etc'), write('etc/a', 'a'), write('b', 'b')])
    const { done } = await converge(machine, [write('b', 'b')])
    expect(done.map((title) => title.split(' ')[0])).toEqual(['remove', 'remove'])
    expect([has('etc'), has('b'), [...machine.manifest().owned.keys()]]).toEqual([false, true, [`file:${at('b')}`]])
    expect(await converge(machine, [write('b', 'b')])).toEqual(nothing)
  })

  test('is given back where it was there before', async () => {
    machine.write('a', 'theirs', 0o640)
    await converge(machine, [write('a', 'ours')])
    await converge(machine, [])
    expect([machine.read('a'), statSync(at('a')).mode & 0o777]).toEqual(['theirs', 0o640])
    expect(machine.manifest().owned.size).toBe(0)
  })

  test('and cannot be taken away is not forgotten, nor is anything else', async () => {
    await converge(machine, [write('kept', 'k'), write('a', 'a')])
    const before = machine.read('state/manifest')
    const meanwhile = () => machine.write('a', 'edited')
    const { done, problem } = await converge(machine, [write('kept', 'k')], { meanwhile })
    expect([done, problem?.code]).toEqual([[`failed: remove ${at('a')}`], 'changed.under'])
    expect([machine.read('a'), machine.read('state/manifest')]).toEqual(['edited', before])
  })

  test('and is gone already is forgotten, without a word', async () => {
    await converge(machine, [write('a', 'a')])
    rmSync(at('a'))
    expect((await converge(machine, [])).done).toEqual(['record what is in force'])
    expect(machine.manifest().owned.size).toBe(0)
  })

  test('stays where this run leaves its role alone', async () => {
    await converge(machine, { app: [write('a', 'a')], web: [write('b', 'b')] })
    await converge(machine, { app: [], web: [] }, { only: new Set(['web']) })
    expect([has('a'), has('b')]).toEqual([true, false])
  })

  test('stays with a role that left, until that is retired', async () => {
    await converge(machine, { app: [write('a', 'a')], web: [write('b', 'b')] })
    expect((await converge(machine, { web: [write('b', 'b')] })).done).toEqual([])
    expect(has('a')).toBe(true)
    await converge(machine, { web: [write('b', 'b')] }, { retired: new Set(['app']) })
    expect([has('a'), has('b')]).toEqual([false, true])
  })
})
