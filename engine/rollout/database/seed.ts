import type { Flavor } from '../../core/database.ts'
import { type Cluster, lookAt } from './cluster.ts'
import type { Copy } from './copy.ts'
import { follow, mark, type Ordered, ordered, sourceOf } from './orders.ts'
import { copyMariadb } from './seed-mariadb.ts'
import { copyMysql } from './seed-mysql.ts'

const copies: Readonly<Record<Flavor, Copy>> = { mariadb: copyMariadb, mysql: copyMysql }

/**
 * Gives a server a copy of everything and has it follow the writer. Only then the host is one of the cluster, so that a
 * copy that was cut short is begun anew. Errors: `step.failed`, `database.failed`.
 */
export const seed = async (cluster: Cluster, server: Ordered, writer: Ordered): Promise<void> => {
  await copies[server.member.seen.server.flavor](server, writer)
  const members = await lookAt(cluster)
  const fresh = ordered(cluster, members, server.host.name)
  await follow(fresh, sourceOf(writer, fresh, false), writer.host.name)
  const { epoch } = ordered(cluster, members, writer.host.name).member.seen
  if (epoch) await mark(server.host, epoch)
}
