import { ownDatabase } from '../../engine/core/database.ts'
import type { Declaration } from '../../engine/core/resource.ts'
import type { RoleContext } from '../../engine/core/role.ts'
import { apt } from '../../engine/resources/apt.ts'
import type { DatabaseTarget } from '../../engine/resources/database/target.ts'
import { databaseAccount } from '../../engine/resources/database-account.ts'
import { dropIn } from '../../engine/resources/drop-in.ts'
import { file } from '../../engine/resources/file.ts'
import { service } from '../../engine/resources/service.ts'
import type { MysqlSettings } from './settings.ts'

const name = 'prometheus-mysqld-exporter'
const unit = `${name}.service`
const restarts = [unit]
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
    // Before the package, which starts it: without them it fails, and again and again.
    file.present({ path: clientFile, content: render('mysql/exporter.cnf', words), restarts }),
    dropIn.present({ unit, name: 'fettle', content: render('mysql/exporter.conf', words), restarts }),
    apt.installed({ name, provides: { units: restarts, users: [user] } }),
    service.running({ unit }),
  ]
}
