import { setTimeout as pause } from 'node:timers/promises'
import { type Claim, doingOf, type Holder } from '../converge/state/lease.ts'
import { type Answer, heldProblem } from '../converge/state/lease-scripts.ts'
import { type Problem, throwAll } from '../core/error.ts'
import type { Emit } from '../core/event.ts'
import type { HeldHost } from './held-host.ts'
import { hostProblem } from './outcome.ts'

export interface Leasing {
  readonly claim: Claim
  /** Wait for whoever has a host, instead of giving up. */
  readonly wait: boolean
  readonly emit: Emit
}

export interface Taking {
  readonly name: string
  readonly host: {
    take(claim: Claim): Promise<Answer>
    giveBack(): Promise<void>
  }
}

/** Milliseconds between two tries; two who wait for each other do not try in step. */
const patience = () => 1000 + Math.random() * 2000

/**
 * Takes the leases of all hosts, or of none where somebody else has one. Two runs over the same hosts meet at the first of
 * them, in order of names. Hosts that cannot be asked are told apart. Errors: `lease.held`, for every host at once.
 */
export const takeAll = async (
  hosts: readonly Taking[],
  { claim, wait, emit }: Leasing,
): Promise<Map<string, Problem>> => {
  const [first, ...rest] = [...hosts].sort((one, other) => (one.name < other.name ? -1 : 1))
  const told = new Set<string>()
  for (;;) {
    const begun = first ? [await take(first, claim)] : []
    const all = begun.some(isHeld) ? begun : [...begun, ...(await Promise.all(rest.map((each) => take(each, claim))))]
    const held = all.filter(isHeld)
    if (held.length === 0) return outcomes(all, emit)
    await Promise.all(hosts.map(({ host }) => host.giveBack()))
    if (!wait) throwAll(held.map(({ name, answer }) => heldProblem(name, answer.holder, answer.silence)))
    for (const { name, answer } of held) tellOnce(name, answer.holder, told, emit)
    await pause(patience())
  }
}

/** Works with the right to change all of these hosts, and gives it back. Errors: `lease.held`, and where one cannot be asked. */
export const holdingAll = async <Value>(
  hosts: readonly HeldHost[],
  leasing: Leasing,
  work: () => Promise<Value>,
): Promise<Value> => {
  try {
    const untaken = await takeAll(
      hosts.map((host) => ({ name: host.name, host })),
      leasing,
    )
    throwAll([...untaken.values()])
    return await work()
  } finally {
    await Promise.all(hosts.map((host) => host.giveBack()))
  }
}

type Taken = { readonly name: string; readonly answer: Answer | { readonly type: 'failed'; readonly problem: Problem } }

const take = async ({ name, host }: Taking, claim: Claim): Promise<Taken> => {
  try {
    return { name, answer: await host.take(claim) }
  } catch (error) {
    return { name, answer: { type: 'failed', problem: hostProblem(error, name) } }
  }
}

type Held = Taken & { readonly answer: Answer & { readonly type: 'held' } }

const isHeld = (taken: Taken): taken is Held => taken.answer.type === 'held'

const outcomes = (all: readonly Taken[], emit: Emit): Map<string, Problem> => {
  const failed = new Map<string, Problem>()
  for (const { name, answer } of all) {
    if (answer.type === 'failed') failed.set(name, answer.problem)
    if (answer.type !== 'taken') continue
    if (answer.over)
      emit({ type: 'warning', host: name, message: `taken over from ${lifeOf(answer.over)}, which has died` })
    if (answer.reverted)
      emit({ type: 'warning', host: name, message: 'the guarded changes that it had not confirmed were taken back' })
  }
  return failed
}

const lifeOf = (holder: Holder): string => `${holder.who}'s run of ${doingOf(holder)}`

const tellOnce = (name: string, holder: Holder, told: Set<string>, emit: Emit): void => {
  const message = `waiting for ${lifeOf(holder)}`
  if (told.has(`${name} ${message}`)) return
  told.add(`${name} ${message}`)
  emit({ type: 'warning', host: name, message })
}
