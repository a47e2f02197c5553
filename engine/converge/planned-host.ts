import { FettleError, type Problem } from '../core/error.ts'
import type { HostFacts } from '../core/host.ts'
import type { SeenHost } from './look.ts'
import { type Progress, perform } from './perform/perform.ts'
import { refuseNew } from './perform/refuse.ts'
import { askAhead, isInOrder, planHost } from './plan/plan.ts'
import type { Planning, PlanRequest } from './plan/planning.ts'
import { settle } from './plan/settle.ts'
import { forgetScript, type LeftStep } from './state/detached.ts'
import { type Hold, hold, take } from './state/hold.ts'
import type { Claim } from './state/lease.ts'
import { type Answer, lost, saidBy, underLease } from './state/lease-scripts.ts'
import { compactScript, isOutgrown, manifestFact } from './state/manifest.ts'
import { withKey } from './state/version.ts'

/** Milliseconds after which a host is looked at again before it is changed: somebody may have read a plan meanwhile. */
const freshness = 2000

interface Planned {
  readonly seen: SeenHost
  readonly left: readonly LeftStep[]
  readonly planRequest: PlanRequest
  readonly planning: Planning
}

export interface Performing {
  readonly approved: boolean
  readonly progress: Progress
  readonly leave?: ReadonlySet<string>
}

const none: ReadonlySet<string> = new Set()

/** A host with a plan, and the connection over which it was made. */
export class PlannedHost {
  readonly #planned: Planned
  readonly #seenAt = performance.now()
  #hold: Hold | undefined
  /** Somebody else may have changed it since it was planned. */
  #isStale = false

  constructor(planned: Planned) {
    this.#planned = planned
  }

  get planning(): Planning {
    return this.#planned.planning
  }

  get facts(): HostFacts {
    return this.#planned.seen.facts
  }

  /** Asks for the right to change the host, and keeps it until it is given back. */
  async take(claim: Claim): Promise<Answer> {
    const { session, lease } = this.#planned.seen
    const answer = await take(session, claim)
    if (answer.type === 'held') return answer
    this.#hold = hold(session, answer.lease)
    this.#isStale = answer.reverted || answer.lease.number !== lease.number + 1
    return answer
  }

  /** Ports of instances that an earlier run took out of rotation and did not put back. */
  get out(): readonly number[] {
    return this.#planned.seen.out
  }

  /** Runs a script that changes nothing there. Errors: `step.failed`. */
  async ask(script: string): Promise<string> {
    return saidBy(await this.#planned.seen.session.run(script))
  }

  /** Runs a script under the lease, for what no plan says. Errors: `step.failed`, `lease.lost`. */
  async tell(script: string): Promise<string> {
    if (!this.#hold) throw lost()
    return saidBy(await this.#planned.seen.session.run(`${underLease(this.#hold.lease)}\n${script}`))
  }

  /**
   * Does what was planned, then looks again at whatever that may have touched: what is left is `not.converged`.
   * With `approved`, a step that the plan had not announced stops it with `plan.changed`. Reactions of the units in
   * `leave` stay owed; once more, with fewer of them, pays some.
   */
  async perform(options: Performing): Promise<void> {
    if (!this.#hold) throw lost()
    const { leave = none } = options
    const { seen, left, planRequest } = this.#planned
    const { observer, session } = seen
    const { lease } = this.#hold
    const planning = await this.#current(options.approved)
    const { items, others = [] } = planRequest
    const known = await withKey(session, await observer.read(manifestFact, null), [...items, ...others])
    const request = { ...planRequest, manifest: known }
    await perform({ ...seen, ...options, leave, lease, left, request, planning })
    this.#isStale = true
    const [manifest] = await Promise.all([observer.read(manifestFact, null), askAhead(planRequest.items, observer)])
    const after = await settle(() => planHost({ ...planRequest, manifest }, observer), observer)
    const due = { ...after, reactions: after.reactions.filter(({ unit }) => !leave.has(unit)) }
    if (!isInOrder(due)) throw new FettleError(leftover(due))
    await this.forgetLeft()
    if (isOutgrown(manifest)) await session.run(`${underLease(lease)}\n${compactScript(manifest)}`)
  }

  /** Whether steps of earlier runs are to be forgotten. */
  get hasLeft(): boolean {
    return this.#planned.left.length > 0
  }

  /** Forgets steps of earlier runs whose end has been told. */
  async forgetLeft(): Promise<void> {
    const told = this.#planned.left.filter(
      ({ state, once }) => state !== 'running' && !(state === 'interrupted' && once),
    )
    if (told.length > 0) await this.#planned.seen.session.run(forgetScript(told))
  }

  /** Gives the right to change the host back, where there is one. */
  async giveBack(): Promise<void> {
    const held = this.#hold
    this.#hold = undefined
    await held?.release()
  }

  async close(): Promise<void> {
    await this.giveBack()
    await this.#planned.seen.session.close()
  }

  async #current(approved: boolean): Promise<Planning> {
    const { seen, planRequest, planning } = this.#planned
    if (!this.#isStale && performance.now() - this.#seenAt <= freshness) return planning
    seen.observer.forget('everything')
    if (!this.#isStale) {
      await askAhead(planRequest.items, seen.observer)
      return planning
    }
    const manifest = await seen.observer.read(manifestFact, null)
    const current = await settle(() => planHost({ ...planRequest, manifest }, seen.observer), seen.observer)
    if (approved) refuseNew(planning, current)
    return current
  }
}

const leftover = (left: Planning): Problem => {
  const items = left.items.filter(({ plan }) => plan.differences.length > 0)
  return {
    code: 'not.converged',
    message: 'everything was done, and yet the host is not as described',
    detail: [
      ...items.map(({ item, plan }) => {
        const told = plan.differences.map(
          ({ what, from, to }) => `${what} is ${from ?? 'absent'}, not ${to ?? 'absent'}`,
        )
        return `${item.declaration.key}: ${told.join(', ')}`
      }),
      ...left.reactions.map(({ unit, asks, because }) => `${unit} still owes a ${asks} for ${because.join(', ')}`),
    ].join('\n'),
    hint: 'two things may be fighting over it, or a service does not stay up: its journal tells',
  }
}
