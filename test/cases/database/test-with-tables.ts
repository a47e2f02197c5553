import { inOrder } from '../../../engine/core/plan.ts'
import { database } from '../../../engine/resources/database.ts'
import type { Case } from '../case.ts'
import { answers, objects, target, writer } from '../database-host.ts'

const test = { name: 'test', charset: 'utf8mb4', collation: 'utf8mb4_bin' }

export default {
  declare: database.absent({ server: target(), name: 'test', unlessFull: true }),
  answers: answers(objects({ ...writer, databases: [test], tables: ['test.mine'] })),
  plan: { ...inOrder, notices: ['the database test has tables, and is kept: drop it by hand'] },
} satisfies Case
