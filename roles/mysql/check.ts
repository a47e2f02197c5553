import { databaseState } from '../../engine/core/database.ts'
import type { Declaration } from '../../engine/core/resource.ts'
import type { RoleContext } from '../../engine/core/role.ts'
import { file } from '../../engine/resources/file.ts'
import { service } from '../../engine/resources/service.ts'
import { unit } from '../../engine/resources/unit.ts'
import { helper } from './accounts.ts'
import type { Server } from './flavor.ts'
import type { MysqlSettings } from './settings.ts'

const name = 'fettle-database-check.service'
const program = '/usr/local/lib/fettle/database-check'

/** What balancers, and whoever watches, ask whether this server takes writes, and how far behind it is. */
export const checked = (
  { settings, host, render }: Pick<RoleContext<MysqlSettings>, 'settings' | 'host' | 'render'>,
  server: Server,
): Declaration[] => {
  if (settings.balancers === null && !settings.metrics) return []
  const { cluster, checkPort: port } = settings
  const words = { ...server, program, port, user: helper, host: host.name, state: databaseState(cluster) }
  return [
    file.present({ path: program, content: render('mysql/check', {}), mode: '0755', restarts: [name] }),
    unit.present({
      name,
      content: render('mysql/check.service', { ...words, server: server.unit }),
      restarts: [name],
    }),
    service.running({ unit: name }),
  ]
}
