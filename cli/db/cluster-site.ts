import { FettleError } from '../../engine/core/error.ts'
import type { Emit } from '../../engine/core/event.ts'
import { connectionOf, type Inventory } from '../../engine/inventory/index.ts'
import type { Cluster, ClusterHost } from '../../engine/rollout/database/cluster.ts'
import { callHost, HeldHost } from '../../engine/rollout/held-host.ts'
import { inTurn } from '../aside.ts'
import { interruption } from '../interruption.ts'
import { lookAhead } from '../look-ahead.ts'
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
  const open = await resolveChosen(await chooseHosts(options), options)
  const all = serversOf(open)
  const name = chosenCluster(cluster, [...new Set(all.map(({ said }) => said.cluster))])
  return {
    name,
    folder: open.folder,
    site: open.resolved.view.name,
    environment: open.inventory.environment,
    inventory: open.inventory,
    hosts: all.filter(({ said }) => said.cluster === name),
  }
}

/** Of all hosts: half a cluster can say nothing of the whole. */
const serversOf = ({ resolved }: OpenSite) =>
  resolved.hosts.flatMap(({ view }) =>
    resolved.view.databases(view.name).map((said) => ({ name: view.name, address: view.address, said })),
  )

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

/** Goes to all hosts of a cluster that let us in, and leaves them again whatever happens. */
export const inCluster = async <Result>(
  site: ClusterSite,
  options: HostOptions,
  emit: Emit,
  work: (cluster: Cluster) => Promise<Result>,
): Promise<Result> => {
  const target = await openTargets(options, inTurn())
  const targets = site.hosts.flatMap(({ name }) => {
    const host = site.inventory.hosts.get(name)
    return host ? [target(connectionOf(host))] : []
  })
  const ahead = lookAhead(targets, options.forks, interruption())
  const told = { key: `database:${site.name}`, emit }
  const hosts = await Promise.all(
    site.hosts.map(
      async (host): Promise<ClusterHost> => ({ ...host, held: await callHost(host.name, ahead.look, told) }),
    ),
  )
  try {
    return await work({ name: site.name, primary: site.hosts[0]?.said.primary ?? '', hosts, emit })
  } finally {
    await Promise.all(hosts.map(({ held }) => held instanceof HeldHost && held.close()))
  }
}
