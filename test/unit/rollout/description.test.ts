import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FettleError, type Problem } from '../../../engine/core/error.ts'
import { file } from '../../../engine/resources/file.ts'
import { createMachine, type Machine, me } from '../converge/support/machine.ts'
import { broken, host, run } from './support.ts'

let machine: Machine

beforeEach(() => {
  machine = createMachine()
})
afterEach(() => {
  expect(machine.open(), 'sessions that were left open').toBe(0)
  machine.remove()
})

const good = (name: string) => host(name, machine, [file.present({ path: `${machine.folder}/a`, content: 'a', ...me })])

/** A host whose template or role is wrong in these ways. */
const wrong = (name: string, ...problems: readonly [Problem, ...Problem[]]) => {
  const request = host(name, machine, [])
  const roles = request.roles.map((assigned) => ({
    ...assigned,
    role: {
      ...assigned.role,
      resources: () => {
        throw new FettleError(problems)
      },
    },
  }))
  return { ...request, roles }
}

const undefinedName = (line: number): Problem => ({
  code: 'template.invalid',
  message: 'nothing is called "prot"',
  position: { file: 'templates/a.conf', line, column: 3 },
})
const problemsOf = (error: unknown) => (error instanceof FettleError ? error.problems : [])

describe('what the user’s own files are wrong about', () => {
  test('stops the run before anything is done, and before anybody is asked', async () => {
    const { error, shown, of } = await run([good('web1'), wrong('web2', undefinedName(1))])
    expect(problemsOf(error)).toEqual([{ ...undefinedName(1), host: 'web2' }])
    expect(shown).toEqual([])
    expect(of('web1')).toEqual(['run.started', 'host.connecting', 'host.seen', 'host.planned'])
    expect(of('web2')).toEqual(['run.started', 'host.connecting'])
    expect(machine.scripts.some((script) => script.includes('place '))).toBe(false)
  })

  test('is told once where it is the same on many hosts, and of none of them', async () => {
    const { error } = await run(['web1', 'web2', 'web3'].map((name) => wrong(name, undefinedName(1))))
    expect(problemsOf(error)).toEqual([undefinedName(1)])
  })

  test('is told in full: all of every host', async () => {
    const conflict: Problem = { code: 'resource.conflict', message: 'two descriptions of file:/a disagree' }
    const { error } = await run([
      wrong('web1', undefinedName(1), undefinedName(2)),
      wrong('web2', undefinedName(2)),
      wrong('db1', conflict),
    ])
    expect(problemsOf(error)).toEqual([
      { ...undefinedName(1), host: 'web1' },
      undefinedName(2),
      { ...conflict, host: 'db1' },
    ])
  })

  test('counts more than hosts that cannot be reached', async () => {
    const lost = broken('db1', machine, { code: 'host.unreachable', message: 'no route' })
    const { error, of } = await run([lost, wrong('web1', undefinedName(1))])
    expect(problemsOf(error).map(({ code }) => code)).toEqual(['template.invalid'])
    expect(of('db1')).toContain('host.done unreachable')
  })
})
