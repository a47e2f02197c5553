import { inOrder } from '../../../engine/core/plan.ts'
import { databaseServer } from '../../../engine/resources/database-server.ts'
import type { Case } from '../case.ts'
import { answers, objects, server, target } from '../database-host.ts'

export default {
  declare: databaseServer.present({ server: target(), variables: { sync_binlog: '1', gtid_strict_mode: 'ON' } }),
  answers: answers(objects({ ...server, variables: { sync_binlog: '1', max_connections: '20' } })),
  plan: inOrder,
} satisfies Case
