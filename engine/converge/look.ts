import { FettleError } from '../core/error.ts'
import type { HostFacts } from '../core/host.ts'
import type { Connect, Session, Target } from '../core/ports.ts'
import { hostFacts } from '../facts/host.ts'
import { armed } from './armed.ts'
import type { Reconnect } from './perform/section.ts'
import { createObserver, type Observer } from './plan/observer.ts'
import { type LeftStep, leftSteps } from './state/detached.ts'
import { type LeaseState, leaseFact } from './state/lease.ts'
import { type Manifest, type Moment, manifestFact } from './state/manifest.ts'
import { unfinishedRollouts } from './state/rollouts.ts'
import { outOfRotation } from './state/rotation.ts'

/** A host that is connected, and what there is to know of it before its description. */
export interface SeenHost {
  readonly session: Session
  readonly observer: Observer
  readonly facts: HostFacts
  readonly manifest: Manifest
  readonly lease: LeaseState
  /** Steps that earlier runs started and did not see the end of. */
  readonly left: readonly LeftStep[]
  /** A guard is armed there, and will take something back. */
  readonly isArmed: boolean
  /** Ports of instances that an earlier run took out of rotation and did not put back. */
  readonly out: readonly number[]
  /** Apps of which a rollout has not ended there. */
  readonly rollouts: readonly string[]
  /** Comes in anew, for whoever must know that this is possible. */
  readonly reconnect: Reconnect
  /** Seconds that the host waits for guarded changes to be confirmed. */
  readonly window: number
  /** The host's clock, as far as it is known here. */
  readonly now: () => Moment
}

/** Milliseconds: a new log-in takes much less, and a locked-out shop should not wait longer. */
const patience = 90_000

/** Connects and asks for the base facts and the manifest: one round trip. Needs no description, so it may begin before there is one. */
export const lookAt = async (target: Target, connect: Connect, signal?: AbortSignal): Promise<SeenHost> => {
  const session = interruptible(await connect(target, signal), signal)
  try {
    const reconnect: Reconnect = ({ port, signal: limit }) =>
      connect({ ...target, ...(port && { otherPort: port }) }, limit)
    return { ...(await lookAround(session)), reconnect, window: (target.deadlines.confirm ?? patience) / 1000 }
  } catch (error) {
    await session.close()
    throw error
  }
}

/** The same over the connection that there is. */
export const lookAgain = async (seen: SeenHost): Promise<SeenHost> => ({ ...seen, ...(await lookAround(seen.session)) })

/** Whatever runs on the host ends with the signal. */
const interruptible = (session: Session, signal: AbortSignal | undefined): Session => ({
  run: (script, options) => session.run(script, { ...(signal && { signal }), ...options }),
  feed: (script, bytes, options) => session.feed(script, bytes, { ...(signal && { signal }), ...options }),
  close: () => session.close(),
})

const lookAround = async (session: Session): Promise<Omit<SeenHost, 'reconnect' | 'window'>> => {
  const observer = createObserver(session)
  const asked = performance.now()
  const [facts, manifest, lease, left, isArmed, out, rollouts] = await Promise.all([
    observer.read(hostFacts, null),
    observer.read(manifestFact, null),
    observer.read(leaseFact, null),
    observer.read(leftSteps, null),
    observer.read(armed, null),
    observer.read(outOfRotation, null),
    observer.read(unfinishedRollouts, null),
  ])
  refuseUnsupported(facts)
  const now = (): Moment => ({
    bootId: facts.bootId,
    uptime: facts.uptime + (performance.now() - asked) / 1000,
  })
  return { session, observer, facts, manifest, lease, left, isArmed, out, rollouts, now }
}

const refuseUnsupported = ({ os }: HostFacts): void => {
  if (os.id === 'debian' || os.id === 'ubuntu') return
  throw new FettleError({
    code: 'host.unsupported',
    message: `this host runs ${os.name || os.id || 'an unknown system'}; Fettle looks after Debian and Ubuntu`,
    hint: 'take it out of the inventory, or out of this run with --limit',
  })
}
