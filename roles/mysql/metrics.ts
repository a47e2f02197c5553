import { ownDatabase } from '../../engine/core/database.ts'
import type { Listen } from '../../engine/core/listen.ts'
import type { Declaration } from '../../engine/core/resource.ts'
import type { RoleContext } from '../../engine/core/role.ts'
import { apt } from '../../engine/resources/apt.ts'
import type { DatabaseTarget } from '../../engine/resources/database/target.ts'
import { databaseAccount } from '../../engine/resources/database-account.ts'
import { file } from '../../engine/resources/file.ts'
import { service } from '../../engine/resources/service.ts'
import type { MysqlSettings } from './settings.ts'

const name = 'prometheus-mysqld-exporter'
const restarts = [`${name}.service`]
const clientFile = '/etc/mysql/exporter.cnf'

/** Asks the server for its figures, over the socket and without a password, as the system's user of Prometheus' programs. */
export const exporter = (
  { settings: { metrics }, render }: Pick<RoleContext<MysqlSettings>, 'settings' | 'render'>,
  server: DatabaseTarget,
): Declaration[] => {
  if (!metrics) return []
  const user = 'prometheus'
  const words = { user, client_file: clientFile, port: metrics.port }
  return [
    apt.installed({ name, provides: { units: restarts, users: [user] } }),
    databaseAccount.present({
      ...{ server, user, hosts: ['localhost'], login: 'socket', requireTls: 'no' },
      grants: {
        '*.*': [
          'PROCESS',
          ...(server.flavor === 'mariadb' ? ['BINLOG MONITOR', 'SLAVE MONITOR'] : ['REPLICATION CLIENT']),
        ],
        [`${ownDatabase}.heartbeat`]: ['SELECT'],
      },
    }),
    file.present({ path: clientFile, content: render('mysql/exporter.cnf', words), restarts }),
    file.present({ path: `/etc/default/${name}`, content: render('mysql/exporter.default', words), restarts }),
    service.running({ unit: `${name}.service` }),
  ]
}

export const metricsListens = ({ metrics, checkPort }: MysqlSettings): readonly Listen[] =>
  metrics
    ? [metrics.port, checkPort].map((port) => ({ port, protocol: 'tcp', from: metrics.from, why: 'metrics' }))
    : []
