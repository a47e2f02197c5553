import { inOrder } from '../../../engine/core/plan.ts'
import { database } from '../../../engine/resources/database.ts'
import type { Case } from '../case.ts'
import { answers, objects, server, target } from '../database-host.ts'

/** Replication brings it. */
export default {
  declare: database.present({ server: target(), name: 'shop' }),
  answers: answers(objects({ ...server, follows: true })),
  plan: inOrder,
} satisfies Case
