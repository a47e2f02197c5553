import { inOrder } from '../../../engine/core/plan.ts'
import { databaseServer } from '../../../engine/resources/database-server.ts'
import type { Case } from '../case.ts'
import { answers, objects, target, writer } from '../database-host.ts'

export default {
  declare: databaseServer.present({ server: target(), variables: {} }),
  answers: answers(objects({ ...writer, closed: true }, 'mariadb', 'db1')),
  plan: {
    ...inOrder,
    notices: ['the writer takes no writes, so its databases and accounts are left as they are'],
  },
} satisfies Case
