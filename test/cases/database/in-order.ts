import { inOrder } from '../../../engine/core/plan.ts'
import { database } from '../../../engine/resources/database.ts'
import type { Case } from '../case.ts'
import { answers, objects, target, writer } from '../database-host.ts'

export default {
  declare: database.present({ server: target(), name: 'shop' }),
  answers: answers(objects({ ...writer, databases: [{ name: 'shop', charset: 'utf8mb4', collation: 'utf8mb4_bin' }] })),
  plan: inOrder,
} satisfies Case
