import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runBatch } from '../../../engine/converge/perform/batch.ts'
import { createObserver } from '../../../engine/converge/plan/observer.ts'
import { hold, take } from '../../../engine/converge/state/hold.ts'
import { isHeld, type LeaseState, leaseFact } from '../../../engine/converge/state/lease.ts'
import { leaseLost, releaseScript, underLease, unlockScript } from '../../../engine/converge/state/lease-scripts.ts'
import type { Session } from '../../../engine/core/ports.ts'
import { claimOf, leaseOf } from './support/lease.ts'
import { createMachine, localTarget, type Machine } from './support/machine.ts'
import { quiet } from './support/quiet.ts'

let machine: Machine
let sessions: Session[]

const open = async (): Promise<Session> => {
  const session = await machine.connect(localTarget('here'))
  sessions.push(session)
  return session
}

const state = async (session: Session): Promise<LeaseState> => createObserver(session).read(leaseFact, null)

/** What was there for somebody who reads and writes the machine's own clock. */
const silentFor = (seconds: number) => {
  const [number = '', since = ''] = machine.read('state/heartbeat').trim().split(' ')
  machine.write('state/heartbeat', `${number} ${Number(since) - seconds}\n`)
}

beforeEach(() => {
  machine = createMachine()
  sessions = []
})
afterEach(async () => {
  await Promise.all(sessions.map((session) => session.close()))
  machine.remove()
})

describe('a lease', () => {
  test('is nobody’s at first', async () => {
    expect(await state(await open())).toEqual({ number: 0, holder: null, silence: null, connected: false })
  })

  test('names who has it, and is refused to anybody else', async () => {
    const [ada, bob] = [await open(), await open()]
    const lease = await leaseOf(ada)
    expect(lease).toEqual({ owner: 'run-of-ada', number: 1 })
    const { owner: _, ...holder } = claimOf('ada')
    expect(await state(bob)).toEqual({ number: 1, holder, silence: expect.any(Number), connected: true })
    expect(await take(bob, claimOf('bob'))).toMatchObject({ type: 'held', holder })
  })

  test('is free once it is given back, and its number grows', async () => {
    const [ada, bob] = [await open(), await open()]
    await ada.run(releaseScript(await leaseOf(ada)))
    expect((await state(bob)).holder).toBeNull()
    expect(await take(bob, claimOf('bob'))).toMatchObject({ type: 'taken', lease: { number: 2 }, over: null })
  })

  test('is given back by its owner only', async () => {
    const [ada, bob] = [await open(), await open()]
    const lease = await leaseOf(ada)
    await bob.run(releaseScript({ ...lease, owner: 'run-of-bob' }))
    expect(await take(bob, claimOf('bob'))).toMatchObject({ type: 'held' })
  })

  test('of an owner whose connection has gone is taken over at once', async () => {
    const ada = await open()
    await leaseOf(ada)
    await ada.close()
    const bob = await open()
    await expect.poll(async () => isHeld(await state(bob)), { timeout: 10_000 }).toBe(false)
    expect(await take(bob, claimOf('bob'))).toMatchObject({ type: 'taken', over: { who: 'ada@laptop' } })
  })

  test('of an owner who is cut off is taken over after a minute of silence, and not before', async () => {
    const [ada, bob] = [await open(), await open()]
    const lease = await leaseOf(ada)
    silentFor(50)
    expect(await take(bob, claimOf('bob'))).toMatchObject({ type: 'held' })
    silentFor(10)
    expect(await take(bob, claimOf('bob'))).toMatchObject({ type: 'taken', over: { who: 'ada@laptop' } })
    expect((await ada.run(`${underLease(lease)}\necho done`)).exit).toBe(leaseLost)
  })

  test('of another boot is nobody’s', async () => {
    const [ada, bob] = [await open(), await open()]
    await leaseOf(ada)
    machine.write('state/lease', machine.read('state/lease').replace(/^(\S+ \S+) \S+/, '$1 another-boot'))
    expect(await take(bob, claimOf('bob'))).toMatchObject({ type: 'taken', over: { who: 'ada@laptop' } })
  })

  test('lives on while its owner gives signs of life', async () => {
    const [ada, bob] = [await open(), await open()]
    const lease = await leaseOf(ada)
    silentFor(300)
    await ada.run(underLease(lease))
    expect(await state(bob)).toMatchObject({ silence: 0, connected: true })
  })

  test('can be taken away, and is refused to its owner then', async () => {
    const [ada, bob] = [await open(), await open()]
    const lease = await leaseOf(ada)
    expect((await bob.run(unlockScript)).exit).toBe(0)
    expect(await ada.run(`${underLease(lease)}\necho done`)).toMatchObject({ exit: leaseLost, stdout: '' })
    expect((await state(bob)).holder).toBeNull()
    expect(await take(bob, claimOf('bob'))).toMatchObject({ lease: { number: 3 } })
  })

  test('is not taken over while a script of its dead owner runs', async () => {
    const [ada, bob] = [await open(), await open()]
    const lease = await leaseOf(ada)
    const script = `${underLease(lease)}\n: >${machine.folder}/begun\nwhile [ ! -e ${machine.folder}/end ]; do sleep 0.05; done`
    const running = ada.run(script).catch(() => undefined)
    await expect.poll(() => machine.has('begun')).toBe(true)
    silentFor(300)
    const taking = take(bob, claimOf('bob'))
    const early = await Promise.race([taking, new Promise((resolve) => setTimeout(resolve, 300, 'still waiting'))])
    expect(early).toBe('still waiting')
    machine.write('end', '')
    await running
    expect(await taking).toMatchObject({ type: 'taken' })
  })

  test('is not kept by a program that a script left behind', async () => {
    const [ada, bob] = [await open(), await open()]
    const { lease, release } = hold(ada, await leaseOf(ada))
    const job = {
      keys: [],
      title: 'leave',
      intents: [],
      body: () => `sleep 60 >&- 2>&- & echo $! >${machine.folder}/pid`,
    }
    await runBatch({ session: ada, lease, jobs: [job], progress: quiet })
    await release()
    expect(await take(bob, claimOf('bob'))).toMatchObject({ type: 'taken' })
    process.kill(Number(machine.read('pid')))
  })

  test('of which the record is torn is nobody’s', async () => {
    machine.state()
    machine.write('state/lease', '')
    expect(await take(await open(), claimOf('bob'))).toMatchObject({ type: 'taken', lease: { number: 1 } })
  })

  test('shows whatever its owner was called', async () => {
    const [ada, bob] = [await open(), await open()]
    const hostile = { ...claimOf('ada'), who: `$(id)\n'"; rm -rf /`, command: 'provision -l "web  1"' }
    await take(ada, hostile)
    const { owner: _, ...holder } = hostile
    expect((await state(bob)).holder).toEqual(holder)
  })
})
