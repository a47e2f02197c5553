import { createObserver } from '../engine/converge/plan/observer.ts'
import { clock } from '../engine/facts/clock.ts'
import { hostFacts } from '../engine/facts/host.ts'
import { connect } from '../engine/transport/index.ts'
import { factsText } from './facts-text.ts'
import { interruption } from './interruption.ts'
import { jsonLine } from './json-line.ts'
import type { HostOptions } from './options.ts'
import { openInventory } from './site.ts'
import { oneTarget } from './targets.ts'
import { write } from './write.ts'

/** Everything that a role may know of a host. */
export const facts = async (name: string, options: HostOptions): Promise<void> => {
  const session = await connect(await oneTarget(name, await openInventory(options), options), interruption())
  try {
    const { read } = createObserver(session)
    const [found, now] = await Promise.all([read(hostFacts, null), read(clock, null)])
    write(options.json ? jsonLine({ host: name, ...found, clock: now }) : factsText(found, now))
  } finally {
    await session.close()
  }
}
