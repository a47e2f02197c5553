import { effect, topic } from '../../../engine/core/fact.ts'
import { plainMode } from '../../../engine/core/sql.ts'
import { script } from '../../../engine/core/step.ts'
import { databaseObjects } from '../../../engine/facts/database/objects.ts'
import { databaseServer, tellVariables } from '../../../engine/resources/database-server.ts'
import type { Case } from '../case.ts'
import { answers, objects, server, target } from '../database-host.ts'

const wanted = { sync_binlog: '1', gtid_strict_mode: 'ON' }

export default {
  declare: databaseServer.present({ server: target(), variables: wanted }),
  answers: answers(objects({ ...server, follows: true, variables: { sync_binlog: '0', gtid_strict_mode: 'OFF' } })),
  plan: {
    action: 'change',
    differences: [
      { what: 'sync_binlog', from: '0', to: '1' },
      { what: 'gtid_strict_mode', from: 'OFF', to: 'ON' },
    ],
    steps: [
      script('tell the server sync_binlog 1, gtid_strict_mode ON', tellVariables, {
        args: [plainMode, 'SET GLOBAL sync_binlog = 1;', "SET GLOBAL gtid_strict_mode = 'ON';"],
        effects: [effect(databaseObjects, null, objects({ ...server, follows: true, variables: wanted }))],
        touches: [topic(databaseObjects, null)],
      }),
    ],
  },
} satisfies Case
