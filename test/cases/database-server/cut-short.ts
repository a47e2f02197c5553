import { effect, topic } from '../../../engine/core/fact.ts'
import { plainMode } from '../../../engine/core/sql.ts'
import { script } from '../../../engine/core/step.ts'
import { databaseObjects } from '../../../engine/facts/database/objects.ts'
import { databaseServer, tellVariables } from '../../../engine/resources/database-server.ts'
import type { Case } from '../case.ts'
import { answers, objects, server, target } from '../database-host.ts'

/** A run ended while it let root write. */
export default {
  declare: databaseServer.present({ server: target('mysql'), variables: { sync_binlog: '1' } }),
  answers: answers(objects({ ...server, variables: { super_read_only: 'OFF', sync_binlog: '1' } }, 'mysql')),
  plan: {
    action: 'change',
    differences: [{ what: 'super_read_only', from: 'OFF', to: 'ON' }],
    steps: [
      script('tell the server super_read_only ON', tellVariables, {
        args: [plainMode, "SET GLOBAL super_read_only = 'ON';"],
        effects: [
          effect(
            databaseObjects,
            null,
            objects({ ...server, variables: { super_read_only: 'ON', sync_binlog: '1' } }, 'mysql'),
          ),
        ],
        touches: [topic(databaseObjects, null)],
      }),
    ],
  },
} satisfies Case
