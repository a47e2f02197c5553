import { lookAt, type SeenHost } from '../engine/converge/look.ts'
import type { Target } from '../engine/core/ports.ts'
import { connect } from '../engine/transport/index.ts'

/** Hosts that are being looked at. */
export interface LookAhead {
  look(name: string): Promise<SeenHost>
  /** Over a connection of its own, however often it was looked at before. */
  lookAnew(name: string): Promise<SeenHost>
  /** Leaves hosts that nobody will ask for any more. */
  abandon(): Promise<void>
}

/** Begins to look at as many hosts as may be worked on at once, while roles and settings are still being read. */
export const lookAhead = (targets: readonly Target[], forks: number, signal: AbortSignal): LookAhead => {
  const byName = new Map(targets.map((target) => [target.name, target]))
  const begun = new Map<string, Promise<SeenHost>>()
  const abandoned = new AbortController()
  const stop = AbortSignal.any([signal, abandoned.signal])
  const lookAnew = async (name: string): Promise<SeenHost> => {
    const target = byName.get(name)
    if (!target) throw new RangeError(`${name} was not chosen`)
    return lookAt(target, connect, stop)
  }
  const look = (name: string): Promise<SeenHost> => {
    const seen = begun.get(name) ?? lookAnew(name)
    begun.set(name, seen)
    return seen
  }
  // What goes wrong is told when somebody asks for the host.
  for (const { name } of targets.slice(0, forks)) look(name).catch(() => {})
  const leave = (seen: Promise<SeenHost>) =>
    seen.then(
      ({ session }) => session.close(),
      () => {},
    )
  return {
    look,
    lookAnew,
    abandon: async () => {
      abandoned.abort()
      await Promise.all([...begun.values()].map(leave))
    },
  }
}
