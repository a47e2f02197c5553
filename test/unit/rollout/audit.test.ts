import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Control } from '../../../engine/core/hardening.ts'
import { defineRole } from '../../../engine/core/role.ts'
import { file } from '../../../engine/resources/file.ts'
import { audit, outcomeOfAudit } from '../../../engine/rollout/audit.ts'
import { createMachine, type Machine, me } from '../converge/support/machine.ts'
import { broken, host } from './support.ts'

let machine: Machine
beforeEach(() => {
  machine = createMachine()
})
afterEach(() => machine.remove())

const note = () => file.present({ path: `${machine.folder}/note`, content: 'mine\n', restarts: ['app.service'], ...me })

const control = (standing: Control['standing'], name = 'note'): Control => ({
  ...{ name, title: 'a note', why: 'it is good to know', standing },
})

const found = async (...controls: readonly Control[]) => {
  const role = defineRole({
    name: 'app',
    summary: 'app',
    settings: z.object({}),
    resources: () => [note()],
    hardening: () => controls,
  })
  const [answer] = await audit([host('web1', machine, [], { roles: [{ role, settings: {} }] })], 5)
  if (!answer || !('controls' in answer)) throw new Error(JSON.stringify(answer))
  return {
    states: answer.controls.map((each) => each.found),
    outcome: outcomeOfAudit(answer),
    roles: answer.controls.map(({ role }) => role),
  }
}

const applies = () => control({ is: 'applies', keys: [note().key] })

describe('a control', () => {
  test('that is in place', async () => {
    machine.write('note', 'mine\n')
    expect(await found(applies())).toEqual({ states: [{ state: 'in place' }], outcome: 'unchanged', roles: ['app'] })
  })

  test('that is not: what differs is told, and nothing is changed', async () => {
    machine.service('app.service', 0)
    machine.write('note', 'theirs\n')
    const { states, outcome } = await found(applies())
    const differences = [{ what: 'content', from: 'theirs\n', to: 'mine\n', text: true }]
    expect(states).toEqual([{ state: 'not in place', differing: [{ key: note().key, differences }] }])
    expect([outcome, machine.read('note'), machine.open()]).toEqual(['pending', 'theirs\n', 0])
  })

  test('whose service has not taken it up is not in place', async () => {
    machine.service('app.service', 0)
    machine.write('note', 'mine\n')
    const { states } = await found(applies())
    expect(states).toMatchObject([{ state: 'not in place', differing: [{ key: 'app.service' }] }])
  })

  test('that is excepted, or the machine’s, counts as good', async () => {
    machine.write('note', 'theirs\n')
    const { states, outcome } = await found(
      control({ is: 'excepted', reason: 'no paper' }),
      control({ is: 'machine' }, 'other'),
    )
    expect(states).toEqual([{ state: 'excepted', reason: 'no paper' }, { state: 'belongs to the machine' }])
    expect(outcome).toBe('unchanged')
  })

  test('by something that nobody describes is a mistake of its role', async () => {
    await expect(found(control({ is: 'applies', keys: ['file:/elsewhere'] }))).rejects.toMatchObject({
      problems: [{ code: 'role.failed', message: expect.stringContaining('file:/elsewhere') }],
    })
  })
})

test('a host that lets nobody in is told beside the others', async () => {
  const gone = broken('web2', machine, { code: 'host.unreachable', message: 'nobody answers' })
  const audits = await audit([host('web1', machine, []), gone], 5)
  expect(audits).toMatchObject([
    { host: 'web1', controls: [] },
    { host: 'web2', problem: { message: 'nobody answers' } },
  ])
  expect(audits.map(outcomeOfAudit)).toEqual(['unchanged', 'unreachable'])
})
