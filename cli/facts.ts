import { createObserver } from '../engine/converge/observer.ts'
import { hostFacts } from '../engine/facts/host.ts'
import { connect } from '../engine/transport/index.ts'
import type { HostOptions } from './options.ts'
import { openInventory } from './site.ts'
import { oneTarget } from './targets.ts'
import { write } from './write.ts'

/** Everything that a role may know of a host. */
export const facts = async (name: string, options: HostOptions): Promise<void> => {
  const session = await connect(oneTarget(name, await openInventory(options), options))
  try {
    const found = await createObserver(session).read(hostFacts, null)
    write(JSON.stringify(found, null, options.json ? 0 : 2))
  } finally {
    await session.close()
  }
}
