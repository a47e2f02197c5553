import type { SeenHost } from '../../converge/look.ts'
import type { Problem } from '../../core/error.ts'
import type { Emit } from '../../core/event.ts'
import { groupBy } from '../../core/group-by.ts'
import type { HostView, SiteView } from '../../core/host.ts'
import { type Tier, tiers } from '../../core/patch.ts'
import type { Sharing } from '../addresses/see.ts'
import { type Cluster, clusterOf } from '../database/cluster.ts'
import { callHost, HeldHost } from '../held-host.ts'
import { balancerOn } from '../rotation/balancer-on.ts'
import { Rotation, type Seated } from '../rotation/rotation.ts'

/** A host that may be patched. */
export interface PatchHost {
  readonly name: string
  readonly view: HostView
  readonly tier: Tier
  /** Where balancers send it requests. */
  readonly seats: readonly Seated[]
  readonly held: HeldHost
}

/** All that patching has to do with, whichever hosts were chosen. */
export interface PatchSite {
  readonly view: SiteView
  /** Those that were chosen and let us in: tier by tier, else in the inventory's order. */
  readonly hosts: readonly PatchHost[]
  /** Who did not let us in, chosen or needed by those that were. */
  readonly lost: readonly Problem[]
  readonly balancers: readonly HeldHost[]
  readonly rotation: Rotation
  /** Those that have addresses by turns with any of the hosts. */
  readonly sharing: readonly Sharing[]
  readonly clusters: readonly Cluster[]
  readonly emit: Emit
}

interface Entering {
  readonly view: SiteView
  readonly chosen: ReadonlySet<string>
  readonly look: (host: string) => Promise<SeenHost>
  readonly emit: Emit
}

/** Pure. Who is several things is patched as what is the most delicate. */
export const tierOf = (view: SiteView, name: string): Tier => {
  if (view.databases(name).length > 0) return 'database'
  const balances = [view.pools(name), view.endpoints(name), view.virtualAddresses(name)]
  if (balances.some((each) => each.length > 0)) return 'balancer'
  return seatsOf(view, name).length > 0 ? 'app' : 'other'
}

/** Pure. Each place once, however many balancers know it. */
export const seatsOf = (view: SiteView, name: string): readonly Seated[] => {
  const ports = view
    .hosts('all')
    .flatMap((balancer) => view.pools(balancer.name))
    .flatMap(({ servers }) => servers.filter(({ host }) => host === name).map(({ port }) => port))
  return [...new Set(ports)].map((port) => ({ host: name, port }))
}

/** Pure. The chosen ones, who sends them requests, and the clusters that they are of. */
export const concernedBy = (view: SiteView, chosen: ReadonlySet<string>): readonly string[] => {
  const all = view.hosts('all').map(({ name }) => name)
  const sends = (name: string) => view.pools(name).some(({ servers }) => servers.some(({ host }) => chosen.has(host)))
  const clusters = new Set(all.filter((name) => chosen.has(name)).flatMap((name) => clustersOf(view, name)))
  const inClusters = all.filter((name) => clustersOf(view, name).some((cluster) => clusters.has(cluster)))
  const led = new Set(inClusters.flatMap((name) => view.databases(name).flatMap(({ balancers }) => balancers)))
  const moving = new Set(all.filter((name) => chosen.has(name)).flatMap((name) => addressesOf(view, name)))
  const shares = (name: string) => addressesOf(view, name).some((address) => moving.has(address))
  const isNeeded = (name: string) => sends(name) || inClusters.includes(name) || led.has(name) || shares(name)
  return all.filter((name) => chosen.has(name) || isNeeded(name))
}

const clustersOf = (view: SiteView, name: string): readonly string[] =>
  view.databases(name).map(({ cluster }) => cluster)

const addressesOf = (view: SiteView, name: string): readonly string[] =>
  view.virtualAddresses(name).map((address) => address.name)

/** Calls everybody that is concerned. */
export const enterSite = async ({ view, chosen, look, emit }: Entering): Promise<PatchSite> => {
  const names = concernedBy(view, chosen)
  const told = { key: 'patch', emit }
  const called = new Map(
    await Promise.all(names.map(async (name) => [name, await callHost(name, look, told)] as const)),
  )
  const held = new Map([...called].flatMap(([name, each]) => (each instanceof HeldHost ? [[name, each] as const] : [])))
  const of = (name: string) => {
    const host = held.get(name)
    return host ? [host] : []
  }
  const hosts = view.hosts('all').flatMap((each) => {
    const { name } = each
    if (!chosen.has(name)) return []
    return of(name).map((host) => ({
      ...{ name, view: each, tier: tierOf(view, name), seats: seatsOf(view, name), held: host },
    }))
  })
  const balancing = names.filter((name) => view.pools(name).length > 0)
  return {
    ...{ view, emit, hosts: tiers.flatMap((tier) => hosts.filter((host) => host.tier === tier)) },
    lost: [...called.values()].flatMap((each) => (each instanceof HeldHost ? [] : [each])),
    balancers: balancing.flatMap(of),
    rotation: new Rotation(balancing.flatMap(of).map((host) => balancerOn(host, view.pools(host.name)))),
    sharing: [...called]
      .map(([host, each]) => ({ host, addresses: view.virtualAddresses(host), held: each }))
      .filter(({ addresses }) => addresses.length > 0),
    clusters: clustersIn(view, called, emit),
  }
}

const clustersIn = (
  view: SiteView,
  called: ReadonlyMap<string, HeldHost | Problem>,
  emit: Emit,
): readonly Cluster[] => {
  const servers = view
    .hosts('all')
    .filter(({ name }) => called.has(name))
    .flatMap(({ name, address }) => view.databases(name).map((said) => ({ name, address, said })))
  const named = groupBy(servers, ({ said }) => said.cluster)
  return [...named].map(([name, hosts]) => clusterOf(name, hosts, called, emit))
}

/** Everybody who was called, once. */
export const leaveSite = async ({ hosts, balancers, clusters, sharing }: PatchSite): Promise<void> => {
  const all = [
    ...hosts.map(({ held }) => held),
    ...balancers,
    ...sharing.map(({ held }) => held),
    ...clusters.flatMap((cluster) => [...cluster.hosts, ...cluster.balancers].map(({ held }) => held)),
  ]
  await Promise.all([...new Set(all)].map((each) => each instanceof HeldHost && each.close()))
}
