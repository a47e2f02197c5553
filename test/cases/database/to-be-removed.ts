import { database } from '../../../engine/resources/database.ts'
import type { Case } from '../case.ts'
import { answers, objects, target, told, writer } from '../database-host.ts'

const old = { name: 'old', charset: 'utf8mb4', collation: 'utf8mb4_bin' }

export default {
  declare: database.absent({ server: target(), name: 'old' }),
  answers: answers(objects({ ...writer, databases: [...writer.databases, old] })),
  plan: {
    action: 'remove',
    differences: [{ what: 'database', from: 'old', to: null }],
    steps: [told('remove database old', 'open', ['DROP DATABASE `old`;'], objects(writer))],
  },
} satisfies Case
