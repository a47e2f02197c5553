import { joined, secretOf } from '../../../engine/core/secret.ts'
import { keptPassword } from '../../../engine/resources/database/password.ts'
import { databaseAccount } from '../../../engine/resources/database-account.ts'
import type { Case } from '../case.ts'
import { answers, grant, objects, socketAccount, target, told, writer } from '../database-host.ts'

const password = secretOf('hunter22')
const kept = keptPassword('mysql', password, 'shop lab main shop')
const account = (host: string) => ({
  ...socketAccount('shop', [grant('SELECT', 'shop'), grant('INSERT', 'shop')]),
  host,
  plugin: 'caching_sha2_password',
  digest: kept.digest,
  tls: 'certificate' as const,
})
const statements = (host: string) => [
  joined`CREATE USER 'shop'@'${host}' IDENTIFIED WITH caching_sha2_password AS ${kept.literal} REQUIRE X509 ACCOUNT UNLOCK;`,
  `GRANT SELECT, INSERT ON \`shop\`.* TO 'shop'@'${host}';`,
]

export default {
  declare: databaseAccount.present({
    server: target('mysql'),
    user: 'shop',
    hosts: ['192.0.2.12', '192.0.2.11', '192.0.2.12'],
    login: { password, salted: 'shop lab main' },
    requireTls: 'certificate',
    grants: { 'shop.*': ['SELECT', 'INSERT'] },
  }),
  answers: answers(objects(writer, 'mysql')),
  plan: {
    action: 'create',
    differences: [
      { what: 'account', from: null, to: 'shop' },
      { what: 'from', from: null, to: '192.0.2.11, 192.0.2.12' },
      { what: 'may', from: null, to: 'SELECT, INSERT on shop.*' },
    ],
    steps: [
      told(
        'create account shop',
        'open',
        ['192.0.2.11', '192.0.2.12'].flatMap(statements),
        objects({ ...writer, accounts: [account('192.0.2.11'), account('192.0.2.12')] }, 'mysql'),
      ),
    ],
  },
} satisfies Case
