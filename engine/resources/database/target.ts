import type { Flavor } from '../../core/database.ts'
import { type Effect, effect, type Read, topic } from '../../core/fact.ts'
import type { Text } from '../../core/secret.ts'
import { plainMode } from '../../core/sql.ts'
import { type Script, script } from '../../core/step.ts'
import type { DatabaseObjects, ServerObjects } from '../../facts/database/found.ts'
import { databaseObjects } from '../../facts/database/objects.ts'
import { units } from '../../facts/units.ts'
import { tellScript } from './tell.ts'

/** The server that something is described for. */
export interface DatabaseTarget {
  readonly flavor: Flavor
  readonly cluster: string
  /** The host, as the inventory calls it. */
  readonly host: string
  /** While the cluster has no writer, this host begins it. */
  readonly begins: boolean
}

/** A server on which databases and accounts may be changed; everywhere else replication brings them. */
export interface Tended {
  /** It is the writer; or takes no writes yet, and begins the cluster. */
  readonly standing: 'open' | 'beginning'
  readonly found: DatabaseObjects
  readonly server: ServerObjects
}

export const unitOf = (flavor: Flavor): string => `${flavor}.service`

/** What a server says holds until it restarts, hence the question for the unit. */
export const observeRunning = async ({ flavor }: DatabaseTarget, read: Read): Promise<DatabaseObjects> => {
  const [found] = await Promise.all([read(databaseObjects, null), read(units, unitOf(flavor))])
  return found
}

/** Null where nothing is to be changed. */
export const observeServer = async (target: DatabaseTarget, read: Read): Promise<Tended | null> => {
  const found = await observeRunning(target, read)
  const standing = standingOf(target, found)
  const server = found.flavor === null ? newServer : found.server
  return standing && server ? { standing, found: { ...found, flavor: target.flavor }, server } : null
}

/** The writer of its cluster, as far as the host knows. */
export const writerOf = ({ cluster }: DatabaseTarget, { writers }: DatabaseObjects): string | undefined =>
  writers.find((writer) => writer.cluster === cluster)?.host

const standingOf = (target: DatabaseTarget, found: DatabaseObjects): Tended['standing'] | null => {
  const { server } = found
  if (found.flavor === null) return target.begins ? 'beginning' : null
  if (!server || server.follows) return null
  const writer = writerOf(target, found)
  if (writer !== undefined) return writer === target.host && !server.closed ? 'open' : null
  if (!target.begins) return null
  return server.closed ? 'beginning' : 'open'
}

/** As Debian and Ubuntu leave it. */
const newServer: ServerObjects = {
  version: '',
  closed: true,
  follows: false,
  databases: [],
  tables: [],
  accounts: [],
  variables: {},
}

/** One session that says all of these, in order, to the end or to the first that fails. */
export const tell = (
  title: string,
  statements: readonly Text[],
  { standing, found, server }: Tended,
  change: Partial<ServerObjects>,
): Script => {
  const after: Effect = effect(databaseObjects, null, { ...found, server: { ...server, ...change } })
  return script(title, tellScript, {
    args: [standing, plainMode, ...statements],
    effects: [after],
    touches: [topic(databaseObjects, null)],
  })
}
