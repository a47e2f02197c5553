import { mkdirSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { lookAt } from '../../../engine/converge/look.ts'
import type { Reconnect } from '../../../engine/converge/perform/section.ts'
import { FettleError } from '../../../engine/core/error.ts'
import { inOrder } from '../../../engine/core/plan.ts'
import { type Declaration, declarer, type Resource } from '../../../engine/core/resource.ts'
import { script } from '../../../engine/core/step.ts'
import { type PathAnswer, path } from '../../../engine/facts/path.ts'
import { file } from '../../../engine/resources/file.ts'
import { converge } from './support/converge.ts'
import { createMachine, localTarget, type Machine, me } from './support/machine.ts'

let machine: Machine
const at = (name: string) => `${machine.folder}/${name}`

/** Bars a gate, and then takes down what is behind it. */
interface Gate {
  readonly name: string
}

const gateResource: Resource<Gate, readonly PathAnswer[]> = {
  kind: 'gate',
  identity: ({ name }) => name,
  observe: ({ name }, read) => Promise.all([read(path, at(name)), read(path, at('barred'))]),
  plan: ({ name }, [behind, barred]) => {
    if (behind?.type === 'absent') return inOrder
    const bar = script('bar', `touch ${at('barred')}`, { guard: { undo: `rm ${at('barred')}` } })
    return {
      action: 'remove',
      differences: [{ what: 'gate', from: name, to: null }],
      steps: [
        ...(barred?.type === 'absent' ? [bar] : []),
        script('take down', `[ ! -e ${at('jammed')} ] && rm ${at(name)}`, { irrevocable: true }),
      ],
    }
  },
}

const gate = declarer(gateResource)({ name: 'tower' })

beforeEach(() => {
  machine = createMachine()
  mkdirSync(at('state/steps'), { recursive: true })
  machine.write('tower', 'stands')
})
afterEach(() => machine.remove())

const seen: string[] = []

const run = (described: readonly Declaration[], opens: boolean) => {
  const reconnect: Reconnect = async () => {
    seen.push(['tower', 'barred'].filter((name) => machine.has(name)).join(' '))
    if (opens) return machine.connect(localTarget('web1'))
    throw new FettleError({ code: 'host.unreachable', message: 'it is shut' })
  }
  // Only where nobody comes in is it waited for.
  const window = opens ? 60 : 3
  const look = async () => ({ ...(await lookAt(localTarget('web1'), machine.connect)), reconnect, window })
  return converge(machine, described, { look })
}

describe('what cannot be taken back', () => {
  test('is done once the rest has been confirmed', async () => {
    seen.length = 0
    const other = file.present({ path: at('last'), content: '', ...me, guard: {} })
    const { done, problem } = await run([gate, other], true)
    expect(problem).toBeUndefined()
    expect(done).toEqual(['arm the guard', 'bar', `write ${at('last')}`, 'take down'])
    expect([seen, machine.has('tower')]).toEqual([['tower barred'], false])
  })

  test('is not done where the rest is taken back', async () => {
    const { problem } = await run([gate], false)
    expect(problem?.code).toBe('guard.reverted')
    expect([machine.has('tower'), machine.has('barred')]).toEqual([true, false])
  })

  test('takes nothing back with it where it fails, and is tried again', async () => {
    machine.write('jammed', '')
    expect((await run([gate], true)).problem).toMatchObject({ code: 'step.failed' })
    expect([machine.has('tower'), machine.has('barred')]).toEqual([true, true])
    const { done } = await run([gate], true)
    expect(done).toEqual(['failed: take down'])
  })
})
