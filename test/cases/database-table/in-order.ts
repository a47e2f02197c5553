import { inOrder } from '../../../engine/core/plan.ts'
import { databaseTable } from '../../../engine/resources/database-table.ts'
import type { Case } from '../case.ts'
import { answers, objects, target, writer } from '../database-host.ts'

export default {
  declare: databaseTable.present({ server: target(), name: 'heartbeat', columns: 'id INT' }),
  answers: answers(objects({ ...writer, tables: ['fettle.heartbeat'] })),
  plan: inOrder,
} satisfies Case
