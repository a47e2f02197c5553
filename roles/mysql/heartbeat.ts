import type { Declaration } from '../../engine/core/resource.ts'
import type { RoleContext } from '../../engine/core/role.ts'
import type { DatabaseTarget } from '../../engine/resources/database/target.ts'
import { databaseTable } from '../../engine/resources/database-table.ts'
import { directory } from '../../engine/resources/directory.ts'
import { file } from '../../engine/resources/file.ts'
import { service } from '../../engine/resources/service.ts'
import { unit } from '../../engine/resources/unit.ts'
import { user } from '../../engine/resources/user.ts'
import { helper } from './accounts.ts'
import type { Server } from './flavor.ts'

const name = 'fettle-heartbeat.service'
const program = '/usr/local/lib/fettle/database-heartbeat'

/** One row, written every second where the server takes writes: how far behind a replica is shows in its copy. */
export const heartbeatTable = (server: DatabaseTarget): Declaration =>
  databaseTable.present({
    server,
    name: 'heartbeat',
    columns: 'id TINYINT PRIMARY KEY, at DATETIME(6) NOT NULL, server_id INT UNSIGNED NOT NULL',
  })

/** What writes it. */
export const heartbeat = (
  { render }: Pick<RoleContext<unknown>, 'render'>,
  { flavor, unit: serverUnit }: Server,
): Declaration[] => [
  user.present({ name: helper, system: true }),
  directory.present({ path: '/usr/local/lib/fettle' }),
  file.present({ path: program, content: render('mysql/heartbeat', { flavor }), mode: '0755', restarts: [name] }),
  unit.present({
    name,
    content: render('mysql/heartbeat.service', { program, user: helper, server: serverUnit }),
    restarts: [name],
  }),
  service.running({ unit: name }),
]
