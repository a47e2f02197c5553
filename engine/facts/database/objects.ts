import { builtInDatabases, type Flavor, ownDatabase } from '../../core/database.ts'
import { client } from '../../core/database-client.ts'
import type { Fact } from '../../core/fact.ts'
import { quote } from '../../core/shell.ts'
import { literal, plainMode } from '../../core/sql.ts'
import type { AccountTls, DatabaseObjects } from './found.ts'
import { grantQuestions } from './grants.ts'
import { readObjects } from './read.ts'

/** What a running server can be told at any time. */
export const runningVariables: readonly string[] = [
  'max_connections',
  'max_allowed_packet',
  'sync_binlog',
  'innodb_flush_log_at_trx_commit',
  'innodb_io_capacity',
  'innodb_io_capacity_max',
  'binlog_expire_logs_seconds',
  'gtid_strict_mode',
  'clone_max_data_bandwidth',
  ...['slave', 'replica'].flatMap((side) => [`${side}_net_timeout`, `rpl_semi_sync_${side}_enabled`]),
  ...['master', 'source'].map((side) => `rpl_semi_sync_${side}_timeout`),
  ...['master', 'source'].map((side) => `rpl_semi_sync_${side}_wait_point`),
]

/** Accounts that servers and distributions bring and need. Nobody describes them, so what they may do is not looked at. */
export const ownAccounts: readonly string[] = [
  'root',
  'debian-sys-maint',
  'mysql',
  ...['sys', 'session', 'infoschema'].map((name) => `mysql.${name}`),
  'mariadb.sys',
]

/** One call of the client for everything, and none where no server is installed. */
export const databaseObjects: Fact<null, DatabaseObjects> = {
  name: 'database objects',

  script: () => `
${client}
set -- /var/lib/mysql/*
[ "$*" = '/var/lib/mysql/*' ] || [ "$*" = /var/lib/mysql/lost+found ] || printf 'data\\n'
for folder in /var/lib/fettle/database/*/; do
  [ -d "$folder" ] || continue
  printf 'known\\n'
  IFS=' ' read -r number writer 2>/dev/null <"\${folder}epoch" || continue
  cluster=\${folder%/}
  printf 'writer\\t%s\\t%s\\n' "\${cluster##*/}" "$writer"
done
[ -n "$flavor" ] || exit 0
printf 'flavor\\t%s\\n' "$flavor"
if [ "$flavor" = mysql ]; then
  questions=${quote(questions.mysql)}
else
  questions=${quote(questions.mariadb)}
fi
printf '%s\\n' "$questions" | sql --skip-raw 2>&1
:`,

  parse: (output) => [readObjects(output)],
}

const list = (values: readonly string[]): string => values.map(literal).join(', ')

const questionsFor = (accounts: string, source: string, variables: string): string => `${plainMode}
SELECT 'version', VERSION();
SELECT 'closed', @@global.read_only;
${source}
SELECT 'database', schema_name, default_character_set_name, default_collation_name
  FROM information_schema.schemata WHERE schema_name NOT IN (${list(builtInDatabases)});
SELECT 'table', table_schema, table_name
  FROM information_schema.tables WHERE table_schema IN (${list([ownDatabase, 'test'])});
${accounts}
SELECT 'variable', LOWER(variable_name), variable_value
  FROM ${variables}.global_variables WHERE LOWER(variable_name) IN (${list(['super_read_only', ...runningVariables])});
SELECT 'end';`

/** MariaDB gives a true of JSON as 1. */
const isTrue = (key: string): string => `IFNULL(JSON_VALUE(priv, '$.${key}'), '0') IN ('1', 'true')`

/** MariaDB leaves a list of one behind when of several ways to log in the others are taken away. */
const hasOther = "IFNULL(JSON_LENGTH(priv, '$.auth_or'), 0) > 1"

/** In the servers' own order. */
const tlsWords = list(['no', 'yes', 'certificate', 'other'] satisfies AccountTls[])

const questions: Readonly<Record<Flavor, string>> = {
  mariadb: questionsFor(
    `SELECT 'account', user, host, JSON_VALUE(priv, '$.plugin'), SHA2(IFNULL(JSON_VALUE(priv, '$.authentication_string'), ''), 256),
  ${hasOther}, ELT(1 + IFNULL(JSON_VALUE(priv, '$.ssl_type'), 0), ${tlsWords}), ${isTrue('account_locked')}
  FROM mysql.global_priv WHERE NOT ${isTrue('is_role')};
${grantQuestions.mariadb(list(ownAccounts))}`,
    "SELECT 'sources'; SHOW ALL SLAVES STATUS; SELECT 'sources end';",
    'information_schema',
  ),
  mysql: questionsFor(
    `SELECT 'account', user, host, plugin, SHA2(IFNULL(authentication_string, ''), 256),
  IFNULL(JSON_CONTAINS_PATH(user_attributes, 'one', '$.additional_password'), 0), ELT(FIELD(ssl_type, '', 'ANY', 'X509', 'SPECIFIED'), ${tlsWords}), account_locked = 'Y' FROM mysql.user;
${grantQuestions.mysql(list(ownAccounts))}`,
    "SELECT 'source', host FROM performance_schema.replication_connection_configuration WHERE host <> '';",
    'performance_schema',
  ),
}
