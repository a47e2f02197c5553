import type { Flavor } from '../../core/database.ts'
import { groupBy } from '../../core/group-by.ts'
import { accountName, identifier } from '../../core/sql.ts'
import type { Grant } from '../../facts/database/found.ts'
import { check } from '../check.ts'

/** Privileges by what they are on: `*.*`, `shop.*`, `shop.orders`. `ALL` is everything there is on a database. */
export type Grants = Readonly<Record<string, readonly string[]>>

type Target = Omit<Grant, 'privilege'>

/** What `ALL` is on a database, at least. */
const onDatabase = [
  ...['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'DROP', 'REFERENCES', 'INDEX', 'ALTER', 'LOCK TABLES', 'EVENT'],
  ...['CREATE TEMPORARY TABLES', 'CREATE VIEW', 'SHOW VIEW', 'CREATE ROUTINE', 'ALTER ROUTINE', 'EXECUTE', 'TRIGGER'],
]

/** What a server calls otherwise than others do. */
const own: Readonly<Record<Flavor, Readonly<Record<string, string>>>> = {
  mariadb: { 'REPLICATION CLIENT': 'BINLOG MONITOR', 'REPLICA MONITOR': 'SLAVE MONITOR' },
  mysql: { 'BINLOG MONITOR': 'REPLICATION CLIENT' },
}

const targetPattern = /^(?:\*\.\*|([\w$-]+)\.(?:\*|([\w$-]+)))$/

export const checkGrants = (of: string, grants: Grants): void => {
  for (const [target, privileges] of Object.entries(grants)) {
    check(targetPattern.test(target), `${of} has grants on "${target}"`, 'say "*.*", "DATABASE.*" or "DATABASE.TABLE"')
    check(privileges.length > 0, `${of} has no grants on ${target}`)
    for (const privilege of privileges)
      check(
        /^[A-Z_]+( [A-Z_]+)*$/.test(privilege) && privilege !== 'GRANT OPTION',
        `${JSON.stringify(privilege)} is no privilege for ${of}`,
        'write it in capitals, as SELECT; nobody may pass on what he has',
      )
    check(
      !privileges.includes('ALL') || target.endsWith('.*'),
      `${of} has ALL on ${target}`,
      'say which: ALL is for a database',
    )
    check(!privileges.includes('ALL') || target !== '*.*', `${of} has ALL on everything`, 'say which, or on what')
  }
}

/** The name of a database where it is a pattern. */
const asPattern = (database: string): string => database.replaceAll(/[_%]/g, '\\$&')

const targetOf = (text: string): Target => {
  const [, database, name] = targetPattern.exec(text) ?? []
  if (database === undefined) return { on: 'global', database: '', name: '', column: '' }
  return name === undefined
    ? { on: 'database', database: asPattern(database), name: '', column: '' }
    : { on: 'table', database, name, column: '' }
}

const isOn = (target: Target, grant: Grant): boolean =>
  keyOf({ ...target, privilege: grant.privilege }) === keyOf(grant)

const keyOf = ({ privilege, on, database, name, column }: Grant): string =>
  JSON.stringify([privilege, on, database, name, column])

/** What an account is to have, where it has these; with `ALL`, whatever else there is on a database is wanted too. */
export const wantedGrants = (flavor: Flavor, grants: Grants, found: readonly Grant[]): readonly Grant[] =>
  Object.entries(grants).flatMap(([text, privileges]) => {
    const target = targetOf(text)
    const named = privileges.includes('ALL')
      ? [...onDatabase, ...found.filter((grant) => isOn(target, grant)).map(({ privilege }) => privilege)]
      : privileges.map((privilege) => own[flavor][privilege] ?? privilege)
    return [...new Set(named)]
      .filter((privilege) => privilege !== 'GRANT OPTION')
      .map((privilege) => ({ privilege, ...target }))
  })

/** Those of the first that the second has not. */
export const without = (grants: readonly Grant[], others: readonly Grant[]): readonly Grant[] => {
  const known = new Set(others.map(keyOf))
  return grants.filter((grant) => !known.has(keyOf(grant)))
}

const place = ({ on, database, name }: Target): string => {
  if (on === 'global') return '*.*'
  if (on === 'database') return `${identifier(database)}.*`
  if (on === 'proxy') return accountName(name, database)
  const object = `${identifier(database)}.${identifier(name)}`
  return on === 'procedure' || on === 'function' ? `${on.toUpperCase()} ${object}` : object
}

const privilegeIn = ({ privilege, column }: Grant): string =>
  column === '' ? privilege : `${privilege} (${identifier(column)})`

/** Statements that give what is missing; together what is on one thing. */
export const grantStatements = (grants: readonly Grant[], account: string): readonly string[] =>
  [...groupBy(grants, place)].map(([on, group]) => `GRANT ${group.map(privilegeIn).join(', ')} ON ${on} TO ${account};`)

/** Statements that take away what is too much. With a table's own, those on its columns would go unasked. */
export const revokeStatements = (flavor: Flavor, grants: readonly Grant[], account: string): readonly string[] => {
  const onColumns = grants.filter(({ on }) => on === 'column')
  const others = grants.filter(({ on }) => on !== 'column')
  return [...onColumns, ...others].map((grant) => revokeStatement(flavor, grant, account))
}

const revokeStatement = (flavor: Flavor, grant: Grant, account: string): string => {
  const { on, database, name } = grant
  if (on !== 'role') return `REVOKE ${privilegeIn(grant)} ON ${place(grant)} FROM ${account};`
  return `REVOKE ${flavor === 'mysql' ? accountName(name, database) : identifier(name)} FROM ${account};`
}

/** `SELECT on shop.*`, for people. */
export const grantText = ({ privilege, on, database, name, column }: Grant): string => {
  if (on === 'role') return `role ${name}`
  if (on === 'global') return `${privilege} on *.*`
  if (on === 'database') return `${privilege} on ${database.replaceAll(/\\([_%])/g, '$1')}.*`
  if (on === 'proxy') return `${privilege} on ${name}@${database}`
  const kind = on === 'procedure' || on === 'function' ? `${on} ` : ''
  return `${privilege}${column && ` (${column})`} on ${kind}${database}.${name}`
}
