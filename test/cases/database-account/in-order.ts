import { inOrder } from '../../../engine/core/plan.ts'
import { databaseAccount } from '../../../engine/resources/database-account.ts'
import type { Case } from '../case.ts'
import { answers, grant, objects, socketAccount, target, writer } from '../database-host.ts'

/** What MariaDB calls otherwise is the same; with `ALL`, more is in order. */
const grants = [
  grant('BINLOG MONITOR', ''),
  ...['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'DROP', 'REFERENCES', 'INDEX', 'ALTER', 'LOCK TABLES', 'EVENT'],
  ...['CREATE TEMPORARY TABLES', 'CREATE VIEW', 'SHOW VIEW', 'CREATE ROUTINE', 'ALTER ROUTINE', 'EXECUTE', 'TRIGGER'],
  'DELETE HISTORY',
].map((each) => (typeof each === 'string' ? grant(each, 'shop\\_1') : each))

export default {
  declare: databaseAccount.present({
    server: target(),
    user: 'fettle',
    hosts: ['localhost'],
    login: 'socket',
    requireTls: 'no',
    grants: { '*.*': ['REPLICATION CLIENT'], 'shop_1.*': ['ALL'] },
  }),
  answers: answers(objects({ ...writer, accounts: [socketAccount('fettle', grants)] })),
  plan: inOrder,
} satisfies Case
