import { describe, expect, test } from 'vitest'
import { type JobContext, mergeJob, stepJob, validationJob } from '../../../engine/converge/perform/jobs.ts'
import { noContext } from '../../../engine/converge/perform/records.ts'
import type { PlannedItem } from '../../../engine/converge/plan/planning.ts'
import { effect } from '../../../engine/core/fact.ts'
import { script } from '../../../engine/core/step.ts'
import { file } from '../../../engine/resources/file.ts'
import { itemOf } from './support/items.ts'
import { sh } from './support/shell.ts'
import { value } from './support/thing.ts'

const install = (name: string, body = 'printf "%s," "$@"') =>
  script(`install ${name}`, body, { args: [name], merge: true, effects: [effect(value, name, 'installed')] })
const job = (name: string, step = install(name), context: Partial<JobContext> = {}) =>
  stepJob([`apt:${name}`], step, { ...noContext, ...context })

describe('neighbours that are parts of one transaction', () => {
  test('become one job, with all that they are about', () => {
    const own = (name: string) => ({ own: name, site: 's', role: 'r', origin: 'created', version: null }) as const
    const one = job('curl', install('curl'), { intents: [own('curl')], results: [{ drop: 'a' }] })
    const merged = mergeJob(one, job('$(id)', install('$(id)'), { intents: [own('$(id)')], results: [{ drop: 'b' }] }))
    expect(merged).toMatchObject({
      keys: ['apt:curl', 'apt:$(id)'],
      title: 'install curl, $(id)',
      intents: [own('curl'), own('$(id)')],
      results: [{ drop: 'a' }, { drop: 'b' }],
      step: {
        args: ['curl', '$(id)'],
        effects: [effect(value, 'curl', 'installed'), effect(value, '$(id)', 'installed')],
      },
    })
    expect(sh(stepJob([], merged?.step ?? install('none'), noContext).body('abc')).stdout).toBe('curl,$(id),')
  })

  test('may be many', () => {
    const all = ['b', 'c', 'd'].reduce((before, name) => mergeJob(before, job(name)) ?? before, job('a'))
    expect([all.title, all.keys.length]).toEqual(['install a, b, c, d', 4])
  })

  test('say what each does where that differs', () => {
    expect(mergeJob(job('curl'), job('libx', { ...install('libx'), title: 'remove libx' }))?.title).toBe(
      'install curl, remove libx',
    )
  })

  test.each([
    ['of another script', install('b', 'other')],
    ['that may not', { ...install('b'), merge: undefined as never }],
    ['of a file', { does: 'unplace', title: '', path: '/a', relies: '', restore: false, effects: [], touches: [] }],
  ] as const)('do not join one %s', (_, step) => {
    const other = stepJob(['b'], step, noContext)
    expect(mergeJob(job('a'), other)).toBeNull()
    expect(mergeJob(other, job('a'))).toBeNull()
    expect(mergeJob(undefined, other)).toBeNull()
  })
})

describe('a script', () => {
  test('gets its values as arguments, never as code', () => {
    const args = ['$(id)', "it's", 'two words', '', '-n', '\n', '*']
    const echo = script('say', 'for a do printf "%s\\0" "$a"; done', { args })
    expect(sh(stepJob([], echo, noContext).body('abc')).stdout.split('\0')).toEqual([...args, ''])
  })

  test('gets none where it has none, whatever came before', () => {
    const none = stepJob([], script('count', 'echo $#'), noContext).body('abc')
    expect(sh(`set -- a b\n${none}`).stdout).toBe('0\n')
  })

  test('may say how long it takes, in seconds', () => {
    expect(stepJob([], script('wait', ':', { timeout: 2 }), noContext).timeout).toBe(2000)
    expect(stepJob([], script('wait', ':'), noContext)).not.toHaveProperty('timeout')
  })
})

test('a validator judges all files of its name that change, and no others', () => {
  const validator = { name: 'app', script: 'app -t' }
  const planned = (path: string, name: string): PlannedItem => {
    const declaration = file.present({ path, content: `content of ${path}`, validate: { name, script: 'x' } })
    const plan = declaration.resource.plan(declaration.spec, { found: { type: 'absent' }, text: null })
    return { item: itemOf(declaration), state: null, plan, provisional: false, asked: new Set(), leaving: false }
  }
  const judging = validationJob(validator, [planned('/a', 'app'), planned('/b', 'other'), planned('/c', 'app')])
  expect(judging).toMatchObject({ judges: true, intents: [], keys: [], title: 'check the app configuration' })
  const body = judging.body('abc')
  expect(['/a', '/b', '/c'].map((path) => body.includes(`content of ${path}`))).toEqual([true, false, true])
  expect(body).toContain('app -t')
})
