import type { DatabaseServer } from '../../../engine/core/database.ts'
import { FettleError, type Problem } from '../../../engine/core/error.ts'
import { groupBy } from '../../../engine/core/group-by.ts'
import type { HostView, SiteView } from '../../../engine/core/host.ts'
import { didYouMean } from '../../../engine/core/suggest.ts'
import { namesOf, problemWith, type Wanted } from './wanted.ts'

interface Member {
  readonly host: HostView
  readonly said: DatabaseServer
}

export interface Cluster {
  readonly name: string
  /** Those of the host that begins it, which makes them. */
  readonly accounts: DatabaseServer['accounts']
  readonly members: readonly Member[]
}

/** The cluster that an app means. Null, with a problem more, where there is none or more than one. */
export const clusterFor = (wanted: Wanted, site: SiteView, problems: Problem[]): Cluster | null => {
  const all = serversOn(site.hosts('all'), site)
  const hosts = hostsOf(wanted, site, all, problems)
  if (!hosts) return null
  const found = groupBy(serversOn(hosts, site), ({ said }) => said.cluster)
  const [name] = found.keys()
  if (name === undefined) problems.push(noCluster(wanted, all))
  else if (found.size > 1) problems.push(severalClusters(wanted, found))
  if (name === undefined || found.size > 1) return null
  const members = all.filter(({ said }) => said.cluster === name)
  const beginning = members.find(({ host, said }) => said.primary === host.name) ?? members[0]
  return { name, members, accounts: beginning?.said.accounts ?? [] }
}

const serversOn = (hosts: readonly HostView[], site: SiteView): readonly Member[] =>
  hosts.flatMap((host) => site.databases(host.name).map((said) => ({ host, said })))

const hostsOf = (wanted: Wanted, site: SiteView, all: readonly Member[], problems: Problem[]) => {
  try {
    return site.hosts(wanted.group ?? 'all')
  } catch (error) {
    if (!(error instanceof FettleError)) throw error
    const message = `wants the database of group "${wanted.group}", which this inventory does not have`
    problems.push(problemWith(wanted, 'group', { message, hint: groupHint(wanted, all) }))
    return null
  }
}

const groupHint = ({ group }: Wanted, all: readonly Member[]): string => {
  const groups = [...new Set(all.flatMap(({ host }) => host.groups))]
  if (groups.length === 0) return 'no group has the role mysql: give it to one in site.yml'
  return didYouMean(group ?? '', groups) ?? `groups with database servers are: ${groups.join(', ')}`
}

const noCluster = (wanted: Wanted, all: readonly Member[]): Problem => {
  const where = wanted.group === null ? 'no host of this inventory' : `no host of group "${wanted.group}"`
  return problemWith(wanted, 'group', {
    message: `wants a database, and ${where} has a server`,
    hint: groupHint(wanted, all),
  })
}

const severalClusters = (wanted: Wanted, found: ReadonlyMap<string, readonly Member[]>): Problem => {
  const clusters = [...found].map(([name, members]) => `${name} (${namesOf(members.map(({ host }) => host))})`)
  return problemWith(wanted, 'group', {
    message: `wants a database, and there are several clusters: ${clusters.join(', ')}`,
    hint: 'name a group with servers of one of them: database: { group: GROUP, user: USER }',
  })
}
