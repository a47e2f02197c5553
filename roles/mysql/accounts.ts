import { type DatabaseAccount, ownDatabase } from '../../engine/core/database.ts'
import type { Declaration } from '../../engine/core/resource.ts'
import type { RoleContext } from '../../engine/core/role.ts'
import type { Secret } from '../../engine/core/secret.ts'
import type { DatabaseTarget } from '../../engine/resources/database/target.ts'
import { databaseAccount } from '../../engine/resources/database-account.ts'
import { clientsIn, hostsOf } from './clients.ts'
import type { Member } from './cluster.ts'
import type { MysqlSettings } from './settings.ts'
import { tlsOf } from './tls.ts'

type Context = RoleContext<MysqlSettings>

/** The system's user, and the account, of what keeps an eye on a server: the heartbeat, and who asks how it is. */
export const helper = 'fettle'

/** Whom replicas log in as, and who copies a whole server. */
export const replicationUser = 'replication'
export const backupUser = 'backup'

export const accounts = (
  context: Context,
  server: DatabaseTarget,
  members: readonly Member[],
): readonly Declaration[] => [
  databaseAccount.absent({ server, user: '' }),
  databaseAccount.absent({ server, user: 'root', except: ['localhost'] }),
  ...ownAccounts(context, server, members),
  ...Object.entries(context.settings.users).map(([user, spec]) => {
    if (spec.absent || !spec.password) return databaseAccount.absent({ server, user })
    const { balancers } = context.settings
    return databaseAccount.present({
      server,
      user,
      hosts: hostsOf(spec.from, context.site, { members: members.map(({ host }) => host), balancers }),
      login: { password: spec.password, salted: salted(context) },
      requireTls: requirementOf(spec.requireTls, context),
      grants: spec.grants,
    })
  }),
]

/** What apps must know to log in. */
export const loginsOf = ({ settings }: Pick<Context, 'settings'>): readonly DatabaseAccount[] =>
  Object.entries(settings.users).flatMap(([user, { password, from = null, grants, requireTls, absent }]) =>
    absent || !password ? [] : [{ user, password, from, grants, showsCertificate: requireTls === 'certificate' }],
  )

/** Each may do what it is for, and nothing else. */
const ownAccounts = (context: Context, server: DatabaseTarget, members: readonly Member[]): Declaration[] => {
  const { flavor } = server
  const hosts = clientsIn(members.map(({ host }) => host))
  const remote = (user: string, password: Secret, privilege: string) =>
    databaseAccount.present({
      ...{ server, user, hosts },
      login: { password, salted: salted(context) },
      requireTls: tlsOf(context) === null ? 'no' : 'certificate',
      grants: { '*.*': [privilege] },
    })
  return [
    databaseAccount.present({
      ...{ server, user: helper, hosts: ['localhost'], login: 'socket', requireTls: 'no' },
      grants: {
        '*.*': flavor === 'mariadb' ? ['BINLOG MONITOR', 'SLAVE MONITOR'] : ['REPLICATION CLIENT'],
        [`${ownDatabase}.heartbeat`]: ['SELECT', 'INSERT', 'UPDATE'],
      },
    }),
    remote(replicationUser, context.settings.replicationPassword, 'REPLICATION SLAVE'),
    ...(flavor === 'mysql' ? [remote(backupUser, context.settings.backupPassword, 'BACKUP_ADMIN')] : []),
  ]
}

const requirementOf = (said: MysqlSettings['users'][string]['requireTls'], context: Context) => {
  if (said === 'certificate') return said
  return (said ?? tlsOf(context) !== null) ? 'yes' : 'no'
}

const salted = ({ settings, site }: Context): string => `${site.name} ${site.environment} ${settings.cluster}`
