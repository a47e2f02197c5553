import { copyPort, databaseState, ownDatabase } from '../../engine/core/database.ts'
import type { Declaration } from '../../engine/core/resource.ts'
import { defineRole, type RoleContext, type Topology } from '../../engine/core/role.ts'
import { joined } from '../../engine/core/secret.ts'
import { apt } from '../../engine/resources/apt.ts'
import { passwordLiteral } from '../../engine/resources/database/password.ts'
import type { DatabaseTarget } from '../../engine/resources/database/target.ts'
import { database } from '../../engine/resources/database.ts'
import { databaseServer } from '../../engine/resources/database-server.ts'
import { directory } from '../../engine/resources/directory.ts'
import { file } from '../../engine/resources/file.ts'
import { service } from '../../engine/resources/service.ts'
import { metricsListens } from '../metrics.ts'
import { accounts, backupUser, loginsOf, replicationUser } from './accounts.ts'
import { checked } from './check.ts'
import { clientsIn } from './clients.ts'
import { checkCluster, type Member, membersOf, serverIdOf } from './cluster.ts'
import { configuration, variables } from './configuration.ts'
import { flavorOf, type Server, servers } from './flavor.ts'
import { heartbeat, heartbeatTable } from './heartbeat.ts'
import { exporter } from './metrics.ts'
import { MysqlSettings } from './settings.ts'
import { certificatesOf, certified, tlsOf } from './tls.ts'
import { watchOf } from './watch.ts'

type Context = RoleContext<MysqlSettings>

export default defineRole({
  name: 'mysql',
  summary: 'A server of a database cluster, MariaDB or MySQL, with its databases and accounts.',
  settings: MysqlSettings,

  resources: (context) => {
    const { settings, host } = context
    const members = checkCluster(context)
    const server = servers[flavorOf(settings, host.facts.os)]
    const { cluster } = settings
    const target = { flavor: server.flavor, cluster, host: host.name, begins: primaryOf(context) === host.name }
    return [
      databaseServer.present({ server: target, variables: variables(context, server, members) }),
      ...packages(server),
      ...state(context, server),
      ...certified(context, server),
      ...configured(context, server, members),
      service.running({ unit: server.unit }),
      ...databases(context, target),
      heartbeatTable(target),
      ...accounts(context, target, members),
      ...heartbeat(context, server),
      ...checked(context, server),
      ...exporter(context, target),
    ]
  },

  databases: (topology) => [
    {
      cluster: topology.settings.cluster,
      port: topology.settings.port,
      primary: primaryOf(topology),
      serverId: serverIdOf(topology),
      replication: { user: replicationUser },
      tls: tlsOf(topology),
      balancers: balancersOf(topology),
      checkPort: topology.settings.checkPort,
      semiSync: topology.settings.semiSync.enabled,
      copyRate: topology.settings.copyRate,
      accounts: loginsOf(topology),
      failover: topology.settings.failover,
    },
  ],

  certificates: certificatesOf,

  listens: ({ settings, host, site }) => {
    const open = { port: settings.port, protocol: 'tcp' } as const
    const others = membersOf(site, settings.cluster).filter((member) => member.host.name !== host.name)
    const clients = Object.entries(settings.users).flatMap(([name, { from, absent }]) =>
      from && !absent ? [{ ...open, from, why: `database clients: ${name}` }] : [],
    )
    const networks = clientsIn(others.map((member) => member.host))
    return [
      ...clients,
      ...metricsListens(settings.metrics, settings.checkPort),
      ...(networks.length > 0 ? [{ ...open, from: { networks }, why: 'replication' }] : []),
      ...(networks.length > 0 && settings.flavor !== 'mysql'
        ? [{ ...open, port: copyPort, from: { networks }, why: 'a copy of a database server' }]
        : []),
      ...(settings.balancers === null
        ? []
        : [
            { ...open, from: { group: settings.balancers }, why: 'balancers' },
            { ...open, port: settings.checkPort, from: { group: settings.balancers }, why: 'checks of balancers' },
          ]),
    ]
  },

  watch: watchOf,

  health: ({ settings }) => [{ tcp: settings.port }],
})

const balancersOf = ({ settings, site }: Topology<MysqlSettings>): readonly string[] =>
  settings.balancers === null ? [] : site.hosts(settings.balancers).map(({ name }) => name)

const primaryOf = ({ settings, host }: Pick<Topology<MysqlSettings>, 'settings' | 'host'>): string =>
  settings.primary ?? host.name

const packages = ({ packages, recommends, unit, folder }: Server): Declaration[] =>
  packages.map((name, index) =>
    apt.installed({
      ...{ name, recommends },
      ...(index === 0 && { provides: { units: [unit], users: ['mysql'], paths: ['/etc/mysql/', `${folder}/`] } }),
    }),
  )

/** What this host must know of its cluster to come to it. */
const state = ({ settings }: Context, { flavor }: Server): Declaration[] => {
  const folder = databaseState(settings.cluster)
  const kept = (name: string, password: typeof settings.replicationPassword) =>
    file.present({ path: `${folder}/${name}`, content: joined`${passwordLiteral(password)}\n` })
  return [
    directory.present({ path: folder.replace(/\/[^/]+$/, ''), mode: '0700' }),
    directory.present({ path: folder, mode: '0711' }),
    kept(replicationUser, settings.replicationPassword),
    ...(flavor === 'mysql' ? [kept(backupUser, settings.backupPassword)] : []),
  ]
}

const configured = (context: Context, server: Server, members: readonly Member[]): Declaration[] => [
  file.present({ path: '/etc/apt/apt.conf.d/61fettle-mysql', content: context.render('mysql/upgrades.conf', {}) }),
  file.present({
    path: `${server.folder}/zz-fettle.cnf`,
    content: configuration(context, server, members),
    validate: server.validate,
    restarts: [server.unit],
  }),
  file.present({
    path: `${server.folder}/zz-fettle-running.cnf`,
    content: context.render('mysql/running.cnf', { variables: variables(context, server, members) }),
    validate: server.validate,
  }),
]

const databases = ({ settings }: Context, server: DatabaseTarget): Declaration[] => [
  database.absent({ server, name: 'test', unlessFull: true }),
  database.present({ server, name: ownDatabase }),
  ...Object.entries(settings.databases).map(([name, { charset, collation, absent }]) =>
    absent
      ? database.absent({ server, name })
      : database.present({ server, name, charset, ...(collation !== undefined && { collation }) }),
  ),
]
