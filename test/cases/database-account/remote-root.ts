import { databaseAccount } from '../../../engine/resources/database-account.ts'
import type { Case } from '../case.ts'
import { answers, objects, socketAccount, target, told, writer } from '../database-host.ts'

const root = socketAccount('root', [])
const anybody = { ...socketAccount('', []), host: '%' }

export default {
  declare: databaseAccount.absent({ server: target(), user: 'root', except: ['localhost'] }),
  answers: answers(objects({ ...writer, accounts: [root, { ...root, host: '%' }, { ...root, host: '::1' }, anybody] })),
  plan: {
    action: 'remove',
    differences: [
      { what: 'account', from: 'root@%', to: null },
      { what: 'account', from: 'root@::1', to: null },
    ],
    steps: [
      told(
        'remove account root',
        'open',
        ["DROP USER 'root'@'%';", "DROP USER 'root'@'::1';"],
        objects({ ...writer, accounts: [root, anybody] }),
      ),
    ],
  },
} satisfies Case
