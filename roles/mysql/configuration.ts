import type { RoleContext } from '../../engine/core/role.ts'
import type { Text } from '../../engine/core/secret.ts'
import { type Member, serverIdOf } from './cluster.ts'
import type { Server } from './flavor.ts'
import type { MysqlSettings } from './settings.ts'
import { sizesOf } from './sizes.ts'
import { tlsOf } from './tls.ts'

type Context = RoleContext<MysqlSettings>

/** What a server reads at its start alone. */
export const configuration = (context: Context, { flavor }: Server, members: readonly Member[]): Text => {
  const { settings, host, render } = context
  const sizes = sizesOf(settings, host.facts)
  return render(`mysql/${flavor}.cnf`, {
    server_id: serverIdOf(context),
    port: settings.port,
    bind: settings.bind ?? (isReached(settings, members) ? '*' : '127.0.0.1'),
    buffer_pool: sizes.bufferPool,
    redo_log: sizes.redoLog,
    io_threads: sizes.ioThreads,
    appliers: sizes.appliers,
    tls: tlsOf(context),
    extra: settings.extra.trimEnd(),
  })
}

/** Somebody comes from elsewhere. */
const isReached = ({ users, balancers }: MysqlSettings, members: readonly Member[]): boolean =>
  members.length > 1 || balancers !== null || Object.values(users).some(({ from, absent }) => from && !absent)

/** Commits of a server that is alone would wait for nobody. */
export const waits = ({ semiSync }: MysqlSettings, members: readonly Member[]): boolean =>
  semiSync.enabled && members.length > 1

/** What a server can be told while it runs as well, by what it calls it. */
export const variables = (
  { settings, host }: Pick<Context, 'settings' | 'host'>,
  { flavor }: Server,
  members: readonly Member[],
): Readonly<Record<string, string>> => {
  const [source, replica] = flavor === 'mysql' ? ['source', 'replica'] : ['master', 'slave']
  return {
    max_connections: `${sizesOf(settings, host.facts).maxConnections}`,
    max_allowed_packet: `${64 * 2 ** 20}`,
    sync_binlog: '1',
    innodb_flush_log_at_trx_commit: '1',
    innodb_io_capacity: `${settings.ioCapacity}`,
    innodb_io_capacity_max: `${2 * settings.ioCapacity}`,
    binlog_expire_logs_seconds: `${settings.keepBinlogs * 86_400}`,
    ...(flavor === 'mariadb' && { gtid_strict_mode: 'ON' }),
    // Whoever gets a copy decides it; MariaDB's is held back by whoever gives it.
    ...(flavor === 'mysql' && { clone_max_data_bandwidth: `${settings.copyRate ?? 0}` }),
    // A replica hears something each second. That it does not hear a writer without power is known after these.
    [`${replica}_net_timeout`]: '4',
    // Its other end is told to the writer alone, when it is opened.
    [`rpl_semi_sync_${replica}_enabled`]: waits(settings, members) ? 'ON' : 'OFF',
    [`rpl_semi_sync_${source}_timeout`]: `${settings.semiSync.timeout === null ? forever : settings.semiSync.timeout * 1000}`,
    [`rpl_semi_sync_${source}_wait_point`]: 'AFTER_SYNC',
  }
}

/** Milliseconds, the most that servers take: seven weeks. */
const forever = 2 ** 32 - 1
