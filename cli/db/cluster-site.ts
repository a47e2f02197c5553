import { FettleError } from '../../engine/core/error.ts'
import type { Emit } from '../../engine/core/event.ts'
import { groupBy } from '../../engine/core/group-by.ts'
import type { Deadlines, Target } from '../../engine/core/ports.ts'
import { connectionOf, type Inventory } from '../../engine/inventory/index.ts'
import { balancersOf, type Cluster, type ClusterHost, clusterOf } from '../../engine/rollout/database/cluster.ts'
import { callHost, HeldHost } from '../../engine/rollout/held-host.ts'
import { inTurn } from '../aside.ts'
import { interruption } from '../interruption.ts'
import { type LookAhead, lookAhead } from '../look-ahead.ts'
import type { HostOptions } from '../options.ts'
import { chooseHosts, type OpenSite, resolveChosen } from '../site.ts'
import { openTargets } from '../targets.ts'

/** A database cluster of the site, of which no host has been called yet. */
export interface ClusterSite {
  readonly name: string
  readonly folder: string
  readonly site: string
  readonly environment: string
  readonly inventory: Inventory
  readonly hosts: readonly Omit<ClusterHost, 'held'>[]
}

/** Reads the site. Errors: those of sites and inventories, `database.unknown`. */
export const openClusterSite = async (cluster: string | undefined, options: HostOptions): Promise<ClusterSite> => {
  const all = clustersOf(await resolveChosen(await chooseHosts(options), options))
  const name = chosenCluster(cluster, [...all.keys()])
  return all.get(name) as ClusterSite
}

/** By name, each with all its hosts: half a cluster can say nothing of the whole. */
export const clustersOf = ({ folder, inventory, resolved }: OpenSite): ReadonlyMap<string, ClusterSite> => {
  const servers = resolved.hosts.flatMap(({ view }) =>
    resolved.view.databases(view.name).map((said) => ({ name: view.name, address: view.address, said })),
  )
  const site = { folder, inventory, site: resolved.view.name, environment: inventory.environment }
  const named = groupBy(servers, ({ said }) => said.cluster)
  return new Map([...named].map(([name, hosts]) => [name, { ...site, name, hosts }]))
}

const chosenCluster = (cluster: string | undefined, names: readonly string[]): string => {
  const [only] = names
  if (cluster === undefined && only && names.length === 1) return only
  if (cluster !== undefined && names.includes(cluster)) return cluster
  throw new FettleError({
    code: 'database.unknown',
    message: cluster === undefined ? 'it must be said which cluster' : `there is no database cluster "${cluster}"`,
    hint: `the clusters are: ${names.join(', ') || 'none'}`,
  })
}

/**
 * Milliseconds in which a host must take a connection where every second without a writer counts. Who has taken it may be
 * slow to let us in: it may have what nobody else has.
 */
const answerWithin = 3000

/** How long to wait for hosts that do not answer: `watching`, who is slow does not answer either. */
export type Pace = 'patient' | 'hasty' | 'watching'

/** Milliseconds. */
const watchedWithin = 5000

/** The way to each host of the site. */
export const waysIn = async (
  { inventory }: ClusterSite,
  options: HostOptions,
): Promise<(host: string, pace: Pace) => Target> => {
  const target = await openTargets(options, inTurn())
  return (name, pace) => {
    const host = inventory.hosts.get(name)
    if (!host) throw new RangeError(`there is no host ${name}`)
    const way = target(connectionOf(host))
    return { ...way, deadlines: atPace(way.deadlines, pace) }
  }
}

const atPace = (deadlines: Deadlines, pace: Pace): Deadlines => {
  if (pace === 'patient') return deadlines
  const connect = pace === 'watching' ? Math.min(deadlines.connect, watchedWithin) : deadlines.connect
  return { ...deadlines, connect, answer: answerWithin }
}

/** Goes to all hosts of a cluster that let us in, and leaves them again whatever happens. */
export const inCluster = async <Result>(
  site: ClusterSite,
  options: HostOptions & { readonly pace?: Pace },
  emit: Emit,
  work: (cluster: Cluster) => Promise<Result>,
): Promise<Result> => {
  const way = await waysIn(site, options)
  const targets = namesOf(site).map((name) => way(name, options.pace ?? 'patient'))
  const ahead = lookAhead(targets, options.forks, interruption())
  return enterCluster(site, ahead.look, emit, work)
}

/** The same, by a way to its hosts that is there already. */
export const enterCluster = async <Result>(
  site: ClusterSite,
  look: LookAhead['look'],
  emit: Emit,
  work: (cluster: Cluster) => Promise<Result>,
): Promise<Result> => {
  const told = { key: `database:${site.name}`, emit }
  const entered = await Promise.all(
    namesOf(site).map(async (name) => [name, await callHost(name, look, told)] as const),
  )
  try {
    return await work(clusterOf(site.name, site.hosts, new Map(entered), emit))
  } finally {
    await Promise.all(entered.map(([, held]) => held instanceof HeldHost && held.close()))
  }
}

/** Its hosts and its balancers, which may be the same. */
const namesOf = (site: ClusterSite): readonly string[] => [
  ...new Set([...site.hosts.map(({ name }) => name), ...balancersOf(site.hosts)]),
]
