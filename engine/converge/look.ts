import { FettleError } from '../core/error.ts'
import type { HostFacts } from '../core/host.ts'
import type { Connect, Session, Target } from '../core/ports.ts'
import { hostFacts } from '../facts/host.ts'
import { type Manifest, type Moment, manifestFact } from './manifest.ts'
import { createObserver, type Observer } from './observer.ts'

/** A host that is connected, and what there is to know of it before its description. */
export interface SeenHost {
  readonly session: Session
  readonly observer: Observer
  readonly facts: HostFacts
  readonly manifest: Manifest
  /** The host's clock, as far as it is known here. */
  readonly now: () => Moment
}

/** Connects and asks for the base facts and the manifest: one round trip. Needs no description, so it may begin before there is one. */
export const lookAt = async (target: Target, connect: Connect, signal?: AbortSignal): Promise<SeenHost> => {
  const session = interruptible(await connect(target, signal), signal)
  try {
    return await lookAround(session)
  } catch (error) {
    await session.close()
    throw error
  }
}

/** Whatever runs on the host ends with the signal. */
const interruptible = (session: Session, signal: AbortSignal | undefined): Session => ({
  run: (script, options) => session.run(script, { ...(signal && { signal }), ...options }),
  close: () => session.close(),
})

const lookAround = async (session: Session): Promise<SeenHost> => {
  const observer = createObserver(session)
  const asked = performance.now()
  const [facts, manifest] = await Promise.all([observer.read(hostFacts, null), observer.read(manifestFact, null)])
  refuseUnsupported(facts)
  const now = (): Moment => ({
    bootId: facts.bootId,
    uptime: facts.uptime + (performance.now() - asked) / 1000,
  })
  return { session, observer, facts, manifest, now }
}

const refuseUnsupported = ({ os }: HostFacts): void => {
  if (os.id === 'debian' || os.id === 'ubuntu') return
  throw new FettleError({
    code: 'host.unsupported',
    message: `this host runs ${os.name || os.id || 'an unknown system'}; Fettle looks after Debian and Ubuntu`,
    hint: 'take it out of the inventory, or out of this run with --limit',
  })
}
