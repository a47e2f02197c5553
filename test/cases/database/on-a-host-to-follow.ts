import { inOrder } from '../../../engine/core/plan.ts'
import { database } from '../../../engine/resources/database.ts'
import type { Case } from '../case.ts'
import { answers, objects, server, target } from '../database-host.ts'

/** Not the host that begins the cluster. */
export default {
  declare: database.present({ server: { ...target(), begins: false }, name: 'shop' }),
  answers: answers(objects(server)),
  plan: inOrder,
} satisfies Case
