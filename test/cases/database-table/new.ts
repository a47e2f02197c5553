import { databaseTable } from '../../../engine/resources/database-table.ts'
import type { Case } from '../case.ts'
import { answers, objects, target, told, writer } from '../database-host.ts'

export default {
  declare: databaseTable.present({ server: target(), name: 'heartbeat', columns: 'id INT' }),
  answers: answers(objects(writer)),
  plan: {
    action: 'create',
    differences: [{ what: 'table', from: null, to: 'fettle.heartbeat' }],
    steps: [
      told(
        'create table fettle.heartbeat',
        'open',
        ['CREATE TABLE `fettle`.`heartbeat` (id INT);'],
        objects({ ...writer, tables: ['fettle.heartbeat'] }),
      ),
    ],
  },
} satisfies Case
