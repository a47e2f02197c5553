import { type EarlierVersion, earlierVersions } from '../engine/converge/earlier.ts'
import { createObserver } from '../engine/converge/plan/observer.ts'
import { undoing } from '../engine/converge/undo.ts'
import { connect } from '../engine/transport/index.ts'
import { differenceText, generationsText } from './generations-text.ts'
import { interruption } from './interruption.ts'
import { jsonLine } from './json-line.ts'
import { type ProvisionOptions, provision } from './provision.ts'
import { openInventory } from './site.ts'
import { oneTarget } from './targets.ts'
import { say, write } from './write.ts'

export type UndoOptions = ProvisionOptions & { readonly to?: number }

/** Lists what a host keeps of the files that Fettle replaced there, or gives one back. */
export const undo = async (host: string, path: string | undefined, options: UndoOptions): Promise<void> => {
  const { to } = options
  if (path === undefined) return list(host, options)
  await oneTarget(host, await openInventory(options), {})
  if (!options.json) say('The next provision puts what is described back: mend the description, too.')
  await provision({ ...options, limit: host }, undoing({ path, ...(to !== undefined && { to }) }))
}

/** Not the sum of what may be private: a short text can be guessed from it. */
const told = (version: EarlierVersion) => {
  const { path, number, at, key, role, run, kept } = version.generation
  const { type, size = null } = { size: undefined, ...kept }
  return { path, number, at, key, role, run: run ?? null, type, size, difference: differenceText(version) }
}

const list = async (host: string, options: UndoOptions): Promise<void> => {
  const session = await connect(await oneTarget(host, await openInventory(options), options), interruption())
  try {
    const versions = await earlierVersions(createObserver(session).read)
    if (options.json) {
      for (const version of versions) write(jsonLine({ host, ...told(version) }))
    } else if (versions.length > 0) write(generationsText(versions))
    else say(`Fettle has replaced no file on ${host}.`)
  } finally {
    await session.close()
  }
}
