import type { Topology } from '../../engine/core/role.ts'
import type { Alert, Watch } from '../../engine/core/watch.ts'
import type { MysqlSettings } from './settings.ts'

/** What the server tells of itself, and what Fettle knows of its cluster. */
export const watchOf = ({ settings }: Topology<MysqlSettings>): readonly Watch[] => {
  const { metrics, cluster, checkPort, semiSync } = settings
  if (!metrics) return []
  const labels = { cluster, semi_sync: semiSync.enabled ? 'described' : 'none' }
  return [
    { job: 'database', port: checkPort, labels, alerts: clusterAlerts },
    { job: 'mysqld', port: metrics.port, labels, alerts: [connectionsShort] },
  ]
}

const hint = 'fettle db status'

/** MariaDB, and MySQL before 8.0.26, call it otherwise than MySQL since. */
const semiSyncStatus = '{__name__=~"mysql_global_status_rpl_semi_sync_(master|source)_status"}'

const clusterAlerts: readonly Alert[] = [
  {
    name: 'DatabaseSilent',
    expression: 'fettle_database_answers == 0',
    ...{ after: 30, severity: 'critical', hint },
    says: 'The database server of {{ $labels.host }} does not answer.',
  },
  {
    name: 'DatabaseWithoutWriter',
    expression: 'max by (cluster) (fettle_database_takes_writes) == 0',
    ...{ after: 30, severity: 'critical', hint },
    says: 'No server of the cluster {{ $labels.cluster }} takes writes.',
  },
  {
    name: 'DatabaseTwoWriters',
    expression: 'sum by (cluster) (fettle_database_takes_writes) > 1',
    ...{ after: 0, severity: 'critical', hint },
    says: '{{ $value }} servers of the cluster {{ $labels.cluster }} take writes.',
  },
  {
    name: 'DatabaseReplicaBehind',
    expression: 'fettle_database_lag_seconds > 30 and fettle_database_takes_writes == 0',
    ...{ after: 60, severity: 'warning', hint },
    says: '{{ $labels.host }} is {{ $value | humanizeDuration }} behind its writer.',
  },
  {
    name: 'DatabaseCommitsAlone',
    expression: `fettle_database_takes_writes{semi_sync="described"} == 1 and on (host) (${semiSyncStatus} == 0)`,
    ...{ after: 30, severity: 'critical', hint },
    says: 'What {{ $labels.host }} acknowledges, no replica has: semi-sync waits for nobody.',
  },
]

const connectionsShort: Alert = {
  name: 'DatabaseConnectionsShort',
  expression: 'mysql_global_status_threads_connected / mysql_global_variables_max_connections > 0.8',
  ...{ after: 120, severity: 'warning', hint: 'SHOW PROCESSLIST, then `maxConnections`' },
  says: '{{ $labels.host }} has {{ $value | humanizePercentage }} of the connections that it takes.',
}
