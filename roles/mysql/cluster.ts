import { addressesOf } from '../../engine/core/addresses.ts'
import type { DatabaseServer } from '../../engine/core/database.ts'
import { type Problem, throwAll } from '../../engine/core/error.ts'
import { groupBy } from '../../engine/core/group-by.ts'
import type { HostView, SiteView } from '../../engine/core/host.ts'
import type { Topology } from '../../engine/core/role.ts'
import { didYouMean } from '../../engine/core/suggest.ts'
import type { MysqlSettings } from './settings.ts'

/** A host of a cluster. */
export interface Member {
  readonly host: HostView
  readonly server: DatabaseServer
}

/** Every host of a cluster in the inventory, whatever this run was limited to. */
export const membersOf = (site: SiteView, cluster: string): readonly Member[] =>
  site.hosts('all').flatMap((host) =>
    site
      .databases(host.name)
      .filter((server) => server.cluster === cluster)
      .map((server) => ({ host, server })),
  )

/** The same as long as the address is, whoever comes and goes. Null where only a name is known. */
export const serverIdOf = ({
  settings,
  host,
}: Pick<Topology<MysqlSettings>, 'settings' | 'host'>): DatabaseServer['serverId'] => {
  if (settings.serverId !== undefined) return settings.serverId
  const address = addressesOf(host).find((each) => /^\d+(\.\d+){3}$/.test(each))
  return address?.split('.').reduce((number, part) => number * 256 + Number(part), 0) ?? null
}

/** Errors: `settings.invalid`, for all that keeps the cluster of a host from being one. */
export const checkCluster = ({ settings, host, site }: Topology<MysqlSettings>): readonly Member[] => {
  const members = membersOf(site, settings.cluster)
  const all = site.databases(host.name)
  throwAll([
    ...(all.length > 1 ? [tooMany(host.name, all)] : []),
    ...primaryProblems(settings.cluster, members),
    ...[...groupBy(members, ({ server }) => server.serverId)].flatMap(([number, same]) => numberProblems(number, same)),
  ])
  return members
}

const namesOf = (members: readonly Member[]): string => members.map(({ host }) => host.name).join(', ')

const tooMany = (host: string, servers: readonly DatabaseServer[]): Problem => ({
  code: 'settings.invalid',
  message: `${host} would have ${servers.length} database servers`,
  detail: `of the clusters ${servers.map(({ cluster }) => cluster).join(', ')}`,
  hint: 'a host has one',
})

const primaryProblems = (cluster: string, members: readonly Member[]): Problem[] => {
  const [primary = '', ...others] = new Set(members.map(({ server }) => server.primary))
  const names = members.map(({ host }) => host.name)
  if (others.length > 0)
    return [
      {
        code: 'settings.invalid',
        message: `the hosts of database cluster "${cluster}" do not name one primary`,
        detail: members.map(({ host, server }) => `${host.name}: ${server.primary}`).join('\n'),
        hint: `say which one begins it, for all of ${namesOf(members)}: mysql: { primary: ${names[0]} }`,
      },
    ]
  if (names.includes(primary)) return []
  return [
    {
      code: 'settings.invalid',
      message: `the primary of database cluster "${cluster}" is ${primary}, which is no host of it`,
      hint: didYouMean(primary, names) ?? `its hosts are: ${names.join(', ')}`,
    },
  ]
}

const numberProblems = (number: number | null, members: readonly Member[]): Problem[] => {
  if (number === null)
    return members.map(({ host }) => ({
      code: 'settings.invalid',
      message: `${host.name} has no IPv4 address in the inventory that its database server could be numbered by`,
      hint: 'give the host a number of its own in the cluster: mysql: { serverId: 1 }',
    }))
  if (members.length === 1) return []
  return [
    {
      code: 'settings.invalid',
      message: `the database servers of ${namesOf(members)} have the same number, ${number}`,
      hint: 'give one of them another: mysql: { serverId: 2 }',
    },
  ]
}
