import { builtInDatabases, ownDatabase } from './database.ts'
import { literal } from './sql.ts'

/** What stands behind FROM for tables that neither the server nor Fettle brings. */
export const tablesOfOthers = `information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema NOT IN
  (${[...builtInDatabases, ownDatabase].map(literal).join(', ')})`

/** Statements that tell what a server has: a line for each database with the number of its tables, and the last heartbeat. */
export const tellContents = `SELECT 'database', table_schema, COUNT(*) FROM ${tablesOfOthers} GROUP BY table_schema ORDER BY table_schema;
SELECT 'heartbeat', DATE_FORMAT(at, '%Y-%m-%dT%H:%i:%s.%fZ') FROM ${ownDatabase}.heartbeat;`

/** What a server has, as those statements tell it. */
export interface Contents {
  readonly databases: readonly { readonly name: string; readonly tables: number }[]
  /** When the last moment was of which it knows; null where no heartbeat was ever written. */
  readonly heartbeat: Date | null
}

/** Pure. */
export const readContents = (said: string): Contents => {
  const lines = said.split('\n').map((line) => line.split('\t'))
  const [heartbeat] = lines.flatMap(([what, at = '']) => (what === 'heartbeat' ? [new Date(at)] : []))
  return {
    databases: lines.flatMap(([what, name = '', tables]) =>
      what === 'database' ? [{ name, tables: Number(tables) }] : [],
    ),
    heartbeat: heartbeat ?? null,
  }
}

/** Pure. What a copy lacks of what its server had when it was begun, in words. */
export const lacksOf = (copy: Contents, server: Contents): readonly string[] => [
  ...server.databases.flatMap(({ name, tables }) => {
    const left = copy.databases.find((each) => each.name === name)?.tables ?? 0
    return left < tables ? [`${name} has ${left} of ${tables} tables`] : []
  }),
  ...(server.heartbeat && (copy.heartbeat?.getTime() ?? 0) < server.heartbeat.getTime()
    ? [
        `its last heartbeat is ${copy.heartbeat ? `of ${copy.heartbeat.toISOString()}` : 'missing'}, not of ${server.heartbeat.toISOString()}`,
      ]
    : []),
]
