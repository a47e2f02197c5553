import type { DatabaseEndpoint } from '../../../engine/core/database.ts'
import type { Problem } from '../../../engine/core/error.ts'
import type { HostView } from '../../../engine/core/host.ts'
import type { Topology } from '../../../engine/core/role.ts'
import type { AppSettings } from '../settings.ts'
import { clientsOf, strangersTo } from './clients.ts'
import type { Cluster } from './cluster.ts'
import { namesOf, problemWith, type Wanted } from './wanted.ts'

export interface Addresses {
  /** Any of them will do. */
  readonly hosts: readonly string[]
  readonly writerPort: number
  readonly readerPort: number
}

type Here = Pick<Topology<AppSettings>, 'host' | 'site'>

interface Leading {
  readonly balancer: HostView
  readonly endpoint: DatabaseEndpoint
}

/** Where an app comes to a cluster: through its balancers, or to its only server. Null, with problems, for nowhere. */
export const addressesTo = (cluster: Cluster, wanted: Wanted, here: Here, problems: Problem[]): Addresses | null => {
  const names = new Set(cluster.members.flatMap(({ said }) => said.balancers))
  if (names.size === 0) return directly(cluster, wanted, here, problems)
  const balancers = here.site.hosts('all').filter(({ name }) => names.has(name))
  const leading = balancers.flatMap((balancer) => {
    const endpoint = here.site.endpoints(balancer.name).find((each) => each.cluster === cluster.name)
    return endpoint ? [{ balancer, endpoint }] : []
  })
  const silent = balancers.filter((balancer) => !leading.some((each) => each.balancer === balancer))
  if (silent.length > 0) problems.push(noEndpoint(wanted, cluster, silent))
  problems.push(...leading.flatMap((each) => closedProblems(wanted, cluster, each, here)))
  const [first] = leading
  if (!first) return null
  const { writerPort, readerPort } = first.endpoint
  if (leading.some(({ endpoint }) => endpoint.writerPort !== writerPort || endpoint.readerPort !== readerPort))
    problems.push(differentPorts(wanted, cluster, leading))
  return { hosts: leading.map(({ balancer }) => balancer.address), writerPort, readerPort }
}

const directly = (cluster: Cluster, wanted: Wanted, here: Here, problems: Problem[]): Addresses | null => {
  const [only, ...others] = cluster.members
  if (!only || others.length > 0) {
    problems.push(noBalancer(wanted, cluster))
    return null
  }
  const from = cluster.accounts.find(({ user }) => user === wanted.user)?.from
  const { port } = only.said
  const address = !from && only.host.name === here.host.name ? '127.0.0.1' : only.host.address
  return { hosts: [address], writerPort: port, readerPort: port }
}

const closedProblems = (
  wanted: Wanted,
  { name }: Cluster,
  { balancer, endpoint }: Leading,
  { site }: Here,
): Problem[] => {
  const outside = strangersTo(endpoint.from, wanted.hosts, site)
  if (outside.length === 0) return []
  return [
    problemWith(wanted, 'group', {
      message: `is on ${namesOf(outside)}, whom ${balancer.name} does not lead to the database cluster "${name}"`,
      hint: `say it for the balancers: haproxy: { databases: { ${name}: { ${clientsOf(wanted.hosts)} } } }`,
    }),
  ]
}

const noEndpoint = (wanted: Wanted, { name }: Cluster, silent: readonly HostView[]): Problem =>
  problemWith(wanted, 'group', {
    message: `finds no endpoint of the database cluster "${name}" on ${namesOf(silent)}`,
    hint: `say it for the balancers: haproxy: { databases: { ${name}: { ${clientsOf(wanted.hosts)} } } }`,
  })

const noBalancer = (wanted: Wanted, { name, members }: Cluster): Problem =>
  problemWith(wanted, 'group', {
    message: `wants the database cluster "${name}" of ${namesOf(members.map(({ host }) => host))}, and no balancer knows its writer`,
    hint: 'name a group of balancers for the cluster, mysql: { balancers: GROUP }, and give these haproxy.databases',
  })

const differentPorts = (wanted: Wanted, { name }: Cluster, leading: readonly Leading[]): Problem => {
  const ports = leading.map(
    ({ balancer, endpoint }) => `${balancer.name}: ${endpoint.writerPort} and ${endpoint.readerPort}`,
  )
  return problemWith(wanted, 'group', {
    message: `finds the database cluster "${name}" at different ports of its balancers, ${ports.join('; ')}`,
    hint: 'say the same writerPort and readerPort for all of them',
  })
}
