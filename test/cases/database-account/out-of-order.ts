import { joined, secretOf } from '../../../engine/core/secret.ts'
import { keptPassword } from '../../../engine/resources/database/password.ts'
import { databaseAccount } from '../../../engine/resources/database-account.ts'
import type { Case } from '../case.ts'
import { answers, grant, objects, socketAccount, target, told, writer } from '../database-host.ts'

const password = secretOf('hunter22')
const kept = keptPassword('mariadb', password, 'shop')
const other = socketAccount('other', [])
const account = (host: string, grants: readonly ReturnType<typeof grant>[]) => ({
  ...socketAccount('shop', grants),
  host,
  plugin: 'mysql_native_password',
  digest: kept.digest,
})
const [select, insert, drop] = ['SELECT', 'INSERT', 'DROP'].map((privilege) => grant(privilege, 'shop')) as [
  ReturnType<typeof grant>,
  ReturnType<typeof grant>,
  ReturnType<typeof grant>,
]
const found = [
  other,
  { ...account('192.0.2.11', [select, drop]), digest: 'another', hasOther: true },
  { ...account('192.0.2.12', [select]), digest: 'another', tls: 'yes' as const, locked: true },
  account('%', [select]),
]
const auth = (host: string) =>
  joined`ALTER USER 'shop'@'${host}' IDENTIFIED VIA mysql_native_password USING ${kept.literal} REQUIRE NONE ACCOUNT UNLOCK;`

export default {
  declare: databaseAccount.present({
    server: target(),
    user: 'shop',
    hosts: ['192.0.2.11', '192.0.2.12', '192.0.2.13'],
    login: { password, salted: '' },
    requireTls: 'no',
    grants: { 'shop.*': ['SELECT', 'INSERT'] },
  }),
  answers: answers(objects({ ...writer, accounts: found })),
  plan: {
    action: 'change',
    differences: [
      { what: 'host', from: null, to: '192.0.2.13' },
      { what: 'password', from: '(another)', to: '(not shown)' },
      { what: 'another log-in, from 192.0.2.11', from: 'yes', to: 'no' },
      { what: 'grant INSERT on shop.*', from: null, to: 'granted' },
      { what: 'grant DROP on shop.*, from 192.0.2.11', from: 'granted', to: null },
      { what: 'TLS required, from 192.0.2.12', from: 'yes', to: 'no' },
      { what: 'locked, from 192.0.2.12', from: 'yes', to: 'no' },
      { what: 'host', from: '%', to: null },
    ],
    steps: [
      told(
        'change account shop',
        'open',
        [
          auth('192.0.2.11'),
          "GRANT INSERT ON `shop`.* TO 'shop'@'192.0.2.11';",
          "REVOKE DROP ON `shop`.* FROM 'shop'@'192.0.2.11';",
          auth('192.0.2.12'),
          "GRANT INSERT ON `shop`.* TO 'shop'@'192.0.2.12';",
          joined`CREATE USER 'shop'@'192.0.2.13' IDENTIFIED VIA mysql_native_password USING ${kept.literal} REQUIRE NONE ACCOUNT UNLOCK;`,
          "GRANT SELECT, INSERT ON `shop`.* TO 'shop'@'192.0.2.13';",
          "DROP USER 'shop'@'%';",
        ],
        objects({
          ...writer,
          accounts: [
            other,
            ...['192.0.2.11', '192.0.2.12', '192.0.2.13'].map((host) => account(host, [select, insert])),
          ],
        }),
      ),
    ],
  },
} satisfies Case
