import { database } from '../../../engine/resources/database.ts'
import type { Case } from '../case.ts'
import { answers, objects, target, told, writer } from '../database-host.ts'

const shop = { name: 'shop', charset: 'utf8mb4', collation: 'utf8mb4_general_ci' }

export default {
  declare: database.present({ server: target(), name: 'shop', collation: 'utf8mb4_bin' }),
  answers: answers(objects({ ...writer, databases: [shop] })),
  plan: {
    action: 'change',
    differences: [{ what: 'collation', from: 'utf8mb4_general_ci', to: 'utf8mb4_bin' }],
    steps: [
      told(
        'change database shop',
        'open',
        ['ALTER DATABASE `shop` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;'],
        objects({ ...writer, databases: [{ ...shop, collation: 'utf8mb4_bin' }] }),
      ),
    ],
  },
} satisfies Case
