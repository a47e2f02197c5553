import type { Flavor } from '../../core/database.ts'
import type { Grant, GrantLevel } from './found.ts'

type Question = (ownAccounts: string) => string

/** Where the schema of the server tells: its grantees are `'user'@'host'`, without escapes. */
const fromSchema = (level: GrantLevel, table: string, columns: string): Question => {
  return (ownAccounts) => `SELECT 'grant', '${level}', grantee, is_grantable, privilege_type, ${columns}
  FROM information_schema.${table} WHERE SUBSTRING_INDEX(SUBSTRING(grantee, 2), '''@''', 1) NOT IN (${ownAccounts});`
}

const fromTable = (level: string, columns: string, table: string): Question => {
  return (ownAccounts) => `SELECT 'grant', ${level}, CONCAT('''', user, '''@''', host, ''''), ${columns}
  FROM mysql.${table} WHERE user NOT IN (${ownAccounts});`
}

const common: readonly Question[] = [
  fromSchema('global', 'user_privileges', "'', '', ''"),
  fromSchema('database', 'schema_privileges', "table_schema, '', ''"),
  fromSchema('table', 'table_privileges', "table_schema, table_name, ''"),
  fromSchema('column', 'column_privileges', 'table_schema, table_name, column_name'),
  fromTable('LOWER(routine_type)', "'NO', proc_priv, db, routine_name, ''", 'procs_priv'),
  fromTable("'proxy'", "'NO', 'PROXY', proxied_host, proxied_user, ''", 'proxies_priv'),
]

const roles: Readonly<Record<Flavor, Question>> = {
  mariadb: fromTable("'role'", "'NO', 'ROLE', '', role, ''", 'roles_mapping'),
  mysql: (ownAccounts) => `SELECT 'grant', 'role', CONCAT('''', to_user, '''@''', to_host, ''''), 'NO', 'ROLE',
  from_host, from_user, '' FROM mysql.role_edges WHERE to_user NOT IN (${ownAccounts});`,
}

const all = (flavor: Flavor): Question => {
  return (ownAccounts) => [...common, roles[flavor]].map((question) => question(ownAccounts)).join('\n')
}

/** What everybody may do but for these, as SQL lists them. */
export const grantQuestions: Readonly<Record<Flavor, Question>> = { mariadb: all('mariadb'), mysql: all('mysql') }

/** By account, `'user'@'host'`. */
export const readGrants = (rows: readonly (readonly string[])[]): ReadonlyMap<string, readonly Grant[]> => {
  const grants = new Map<string, Map<string, Grant>>()
  for (const [level = '', account = '', grantable, privileges = '', database = '', name = '', column = ''] of rows) {
    const on = level as GrantLevel
    const named = privileges.split(',').map((each) => privilegeOf(each, on))
    for (const privilege of [...named, ...(grantable === 'YES' ? ['GRANT OPTION'] : [])]) {
      if (privilege === 'USAGE') continue
      const grant = { privilege, on, database, name, column }
      const own = grants.get(account) ?? new Map<string, Grant>()
      grants.set(account, own.set(JSON.stringify(grant), grant))
    }
  }
  return new Map([...grants].map(([account, own]) => [account, [...own.values()]]))
}

/** Of routines the table tells, in words of its own. */
const privilegeOf = (word: string, on: GrantLevel): string => {
  const privilege = word.trim().toUpperCase()
  return privilege === 'GRANT' && (on === 'procedure' || on === 'function') ? 'GRANT OPTION' : privilege
}
