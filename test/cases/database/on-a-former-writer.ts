import { inOrder } from '../../../engine/core/plan.ts'
import { database } from '../../../engine/resources/database.ts'
import type { Case } from '../case.ts'
import { answers, objects, target, writer } from '../database-host.ts'

/** Somebody else was promoted, although this one takes writes. */
export default {
  declare: database.present({ server: target(), name: 'shop' }),
  answers: answers(objects(writer, 'mariadb', 'db2')),
  plan: inOrder,
} satisfies Case
