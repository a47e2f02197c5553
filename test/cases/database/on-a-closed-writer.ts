import { inOrder } from '../../../engine/core/plan.ts'
import { database } from '../../../engine/resources/database.ts'
import type { Case } from '../case.ts'
import { answers, objects, target, writer } from '../database-host.ts'

/** It was restarted, and nobody has opened it yet. */
export default {
  declare: database.present({ server: target(), name: 'shop' }),
  answers: answers(objects({ ...writer, closed: true }, 'mariadb', 'db1')),
  plan: inOrder,
} satisfies Case
