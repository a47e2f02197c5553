import type { Flavor } from '../../engine/core/database.ts'
import { type Effect, effect, topic } from '../../engine/core/fact.ts'
import type { Text } from '../../engine/core/secret.ts'
import { plainMode } from '../../engine/core/sql.ts'
import { type Script, script } from '../../engine/core/step.ts'
import type { AccountFound, DatabaseObjects, Grant, ServerObjects } from '../../engine/facts/database/found.ts'
import { databaseObjects } from '../../engine/facts/database/objects.ts'
import { runningUnit, units } from '../../engine/facts/units.ts'
import { tellScript } from '../../engine/resources/database/tell.ts'

/** The host that begins the cluster. */
export const target = (flavor: Flavor = 'mariadb') => ({ flavor, cluster: 'main', host: 'db1', begins: true })

/** A server of a new cluster that nobody has opened yet. */
export const server: ServerObjects = {
  version: '10.11.14-MariaDB',
  closed: true,
  follows: false,
  databases: [{ name: 'fettle', charset: 'utf8mb4', collation: 'utf8mb4_general_ci' }],
  tables: [],
  accounts: [],
  variables: {},
}

/** The writer of a cluster. */
export const writer: ServerObjects = { ...server, closed: false }

/** What is found on `db1`, who is the writer since its cluster began; null before. */
export const objects = (
  found: ServerObjects | null,
  flavor: Flavor = 'mariadb',
  host: string | null = found?.closed ? null : 'db1',
): DatabaseObjects => ({
  flavor,
  writers: [{ cluster: 'other', host: 'db9' }, ...(host === null ? [] : [{ cluster: 'main', host }])],
  hasData: true,
  isKnown: true,
  server: found,
  silence: '',
})

export const bare: DatabaseObjects = {
  flavor: null,
  hasData: false,
  isKnown: false,
  writers: [],
  server: null,
  silence: '',
}

export const answers = (found: DatabaseObjects, flavor: Flavor = found.flavor ?? 'mariadb'): Effect[] => [
  effect(databaseObjects, null, found),
  effect(units, `${flavor}.service`, runningUnit),
]

export const told = (
  title: string,
  standing: 'open' | 'beginning',
  statements: readonly Text[],
  after: DatabaseObjects,
): Script =>
  script(title, tellScript, {
    args: [standing, plainMode, ...statements],
    effects: [effect(databaseObjects, null, after)],
    touches: [topic(databaseObjects, null)],
  })

export const grant = (privilege: string, database: string, name = ''): Grant => {
  const on = database === '' ? 'global' : name === '' ? 'database' : 'table'
  return { privilege, on, database, name, column: '' }
}

/** SHA-256 of nothing. */
export const noPassword = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

export const socketAccount = (user: string, grants: readonly Grant[], plugin = 'unix_socket'): AccountFound => ({
  user,
  host: 'localhost',
  plugin,
  digest: noPassword,
  hasOther: false,
  tls: 'no',
  locked: false,
  grants,
})
