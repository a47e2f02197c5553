import type { DatabaseServer } from '../../core/database.ts'
import { FettleError, type Problem } from '../../core/error.ts'
import type { Emit } from '../../core/event.ts'
import { HeldHost } from '../held-host.ts'
import { hostProblem } from '../outcome.ts'
import type { Member } from './member.ts'
import { readState } from './read-state.ts'
import { stateScript } from './state.ts'

/** A host of a cluster: what its role says, and the way to it. */
export interface ClusterHost {
  readonly name: string
  readonly address: string
  readonly said: DatabaseServer
  /** A problem where nobody could come in. */
  readonly held: HeldHost | Problem
}

/** A host through which clients come. */
export interface ClusterBalancer {
  readonly name: string
  /** A problem where nobody could come in. */
  readonly held: HeldHost | Problem
}

/** All hosts of one database cluster, in the inventory's order. */
export interface Cluster {
  readonly name: string
  /** The writer where the cluster is new. */
  readonly primary: string
  readonly hosts: readonly ClusterHost[]
  readonly balancers: readonly ClusterBalancer[]
  readonly emit: Emit
}

/** The balancers of these hosts, each once. */
export const balancersOf = (hosts: readonly Pick<ClusterHost, 'said'>[]): readonly string[] => [
  ...new Set(hosts.flatMap(({ said }) => said.balancers)),
]

/** A cluster of described hosts, once they and their balancers have been called. */
export const clusterOf = (
  name: string,
  described: readonly Omit<ClusterHost, 'held'>[],
  called: ReadonlyMap<string, HeldHost | Problem>,
  emit: Emit,
): Cluster => {
  const way = <Host extends { readonly name: string }>(host: Host) => ({
    ...host,
    held: called.get(host.name) as HeldHost | Problem,
  })
  const balancers = balancersOf(described).map((each) => way({ name: each }))
  return { name, primary: described[0]?.said.primary ?? '', hosts: described.map(way), balancers, emit }
}

/** Errors: those of connecting, where nobody could come in. */
export const heldOf = ({ held }: ClusterHost): HeldHost => {
  if (held instanceof HeldHost) return held
  throw new FettleError(held)
}

/** Errors: `database.unknown`. */
export const hostNamed = ({ name: cluster, hosts }: Cluster, name: string): ClusterHost => {
  const host = hosts.find((each) => each.name === name)
  if (host) return host
  const hint = `its hosts are: ${hosts.map((each) => each.name).join(', ')}`
  throw new FettleError({ code: 'database.unknown', message: `${name} is no host of the cluster "${cluster}"`, hint })
}

/** Every member as it is now; what cannot be asked has a problem. */
export const lookAt = ({ name, hosts }: Cluster): Promise<readonly Member[]> =>
  Promise.all(hosts.map((host) => lookAtHost(name, host, hosts.length)))

/** What is described of a member. Where there are no others, nobody could confirm anything. */
export const memberOf = (
  { name, address, said }: Omit<ClusterHost, 'held'>,
  members: number,
): Omit<Member, 'seen'> => ({
  ...{ name, address, port: said.port, verifies: said.tls !== null },
  semiSync: said.semiSync && members > 1,
})

const lookAtHost = async (cluster: string, host: ClusterHost, members: number): Promise<Member> => {
  const { name, held } = host
  const member = memberOf(host, members)
  if (!(held instanceof HeldHost)) return { ...member, seen: held }
  try {
    return { ...member, seen: readState(await held.ask(stateScript(cluster))) }
  } catch (error) {
    return { ...member, seen: hostProblem(error, name) }
  }
}
