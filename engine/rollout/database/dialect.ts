import type { DatabaseTls, Flavor } from '../../core/database.ts'
import { literal } from '../../core/sql.ts'

/** What a server is told, in its own words. Debian's MariaDB from 10.11 on, MySQL from 8.4 on. */
export interface Dialect {
  /** Nobody but root writes from here on, and root only where it insists. */
  readonly close: string
  /** Takes writes; whether a commit waits until a replica has it. */
  open(semiSync: boolean): string
  /** Stops following, with everything applied that was received. */
  readonly forget: string
  /** After `forget`: begins a history of its own with what it has. The host puts in its `$own` number, and the `$next` one. */
  readonly begin: string
  readonly start: string
  readonly stopReceiving: string
  /** Waits until a position has been reached: answers 0, or something else after that many seconds. */
  reach(position: string, seconds: number): string
  /** Follows another server from where this one is. `$password` is put in by the host: a literal, quoted. */
  follow(source: Source): string
  /** Connections of everybody but root and the servers among themselves, and whatever waits for a replica: `KILL …;` lines. */
  readonly sessions: string
}

export interface Source {
  readonly address: string
  readonly port: number
  readonly user: string
  /** The follower's own certificate, and the authority that the other one's must be from; null for no TLS. */
  readonly tls: DatabaseTls | null
  /** The follower was the writer until now. */
  readonly demoted: boolean
}

/** Accounts that are cut off by nothing but a commit that waits, maybe for ever, until a replica confirms it. */
const helpers =
  "('root', 'system user', 'event_scheduler', 'replication', 'fettle', 'mysql', 'mysql.session', 'mysql.infoschema')"

const sessions = (table: string, command: string) => `
SELECT CONCAT('KILL ', id, ';') FROM ${table}
 WHERE (user NOT IN ${helpers} OR state LIKE 'Waiting for semi-sync ACK%')
   AND ${command} NOT LIKE 'Binlog Dump%' AND id <> CONNECTION_ID();`

/** What another server waits for to be as far as this one: an expression. */
export const positions: Readonly<Record<Flavor, string>> = {
  mariadb: '@@gtid_current_pos',
  mysql: "REPLACE(@@gtid_executed, '\\n', '')",
}

/** What a server shows, and what it asks of the other one. */
const certificateOf = (side: string, { authority, certificate, key }: DatabaseTls): string =>
  [
    `${side}_SSL_CA = ${literal(authority)}`,
    `${side}_SSL_CERT = ${literal(certificate)}`,
    `${side}_SSL_KEY = ${literal(key)}`,
    `${side}_SSL_VERIFY_SERVER_CERT = 1`,
  ].join(', ')

/** Waits for nobody: what a replica applies would wait for replicas of its own. */
const alone: Readonly<Record<Flavor, string>> = {
  mariadb: 'SET GLOBAL rpl_semi_sync_master_enabled = 0;',
  mysql: 'SET GLOBAL rpl_semi_sync_source_enabled = 0;',
}

const mariadb: Dialect = {
  close: 'SET STATEMENT lock_wait_timeout = 3 FOR SET GLOBAL read_only = 1;',
  open: (semiSync) => `SET GLOBAL rpl_semi_sync_master_enabled = ${Number(semiSync)}; SET GLOBAL read_only = 0;`,
  forget: 'STOP SLAVE; RESET SLAVE ALL;',
  begin: "RESET MASTER; SET GLOBAL gtid_slave_pos = ''; SET GLOBAL gtid_binlog_state = '0-$own-$next';",
  start: `${alone.mariadb} START SLAVE;`,
  stopReceiving: 'STOP SLAVE IO_THREAD;',
  reach: (position, seconds) => `SELECT MASTER_GTID_WAIT(${literal(position)}, ${seconds});`,
  follow: ({ address, port, user, tls, demoted }) => `
STOP SLAVE; ${alone.mariadb}
CHANGE MASTER TO MASTER_HOST = ${literal(address)}, MASTER_PORT = ${port}, MASTER_USER = ${literal(user)}, MASTER_PASSWORD = $password,
  MASTER_CONNECT_RETRY = 1, MASTER_HEARTBEAT_PERIOD = 1, MASTER_USE_GTID = slave_pos${demoted ? ', MASTER_DEMOTE_TO_SLAVE = 1' : ''},
  ${tls === null ? 'MASTER_SSL = 0' : `MASTER_SSL = 1, ${certificateOf('MASTER', tls)}`};
START SLAVE;`,
  sessions: sessions('information_schema.processlist', 'command'),
}

/** Tries to come to a writer. MySQL gives up after ten by default, which is ten seconds here: less than a host takes to boot. */
const evermore = 2 ** 32 - 1

const mysql: Dialect = {
  close: 'SET SESSION lock_wait_timeout = 3; SET GLOBAL super_read_only = ON;',
  open: (semiSync) => `SET GLOBAL rpl_semi_sync_source_enabled = ${Number(semiSync)};
SET GLOBAL super_read_only = OFF; SET GLOBAL read_only = OFF;`,
  forget: 'STOP REPLICA; RESET REPLICA ALL;',
  // Its transactions are called by a number that the copy does not have.
  begin: '',
  start: `${alone.mysql} START REPLICA;`,
  stopReceiving: 'STOP REPLICA IO_THREAD;',
  reach: (position, seconds) => `SELECT WAIT_FOR_EXECUTED_GTID_SET(${literal(position)}, ${seconds});`,
  follow: ({ address, port, user, tls }) => `
STOP REPLICA; ${alone.mysql}
CHANGE REPLICATION SOURCE TO SOURCE_HOST = ${literal(address)}, SOURCE_PORT = ${port}, SOURCE_USER = ${literal(user)},
  SOURCE_PASSWORD = $password, SOURCE_CONNECT_RETRY = 1, SOURCE_HEARTBEAT_PERIOD = 1, SOURCE_RETRY_COUNT = ${evermore}, SOURCE_AUTO_POSITION = 1, SOURCE_SSL = 1${
    tls === null ? '' : `, ${certificateOf('SOURCE', tls)}`
  };
START REPLICA;`,
  sessions: sessions('performance_schema.processlist', 'command'),
}

export const dialects: Readonly<Record<Flavor, Dialect>> = { mariadb, mysql }
