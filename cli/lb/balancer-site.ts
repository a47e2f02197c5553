import { FettleError, type Problem } from '../../engine/core/error.ts'
import type { Emit } from '../../engine/core/event.ts'
import type { HostView } from '../../engine/core/host.ts'
import type { Pool } from '../../engine/core/rotation.ts'
import type { VirtualAddress } from '../../engine/core/virtual-address.ts'
import { connectionOf } from '../../engine/inventory/index.ts'
import { hostNamed } from '../../engine/inventory/named.ts'
import { see } from '../../engine/rollout/addresses/see.ts'
import type { Seen } from '../../engine/rollout/addresses/status.ts'
import { callHost, HeldHost } from '../../engine/rollout/held-host.ts'
import { balancerOn } from '../../engine/rollout/rotation/balancer-on.ts'
import { inTurn } from '../aside.ts'
import { interruption } from '../interruption.ts'
import { lookAhead } from '../look-ahead.ts'
import type { HostOptions } from '../options.ts'
import { chooseHosts, type OpenSite, resolveChosen } from '../site.ts'
import { openTargets } from '../targets.ts'

/** A host that balances requests, has addresses by turns, or both. */
export interface BalancerHost {
  readonly view: HostView
  readonly pools: readonly Pool[]
  readonly addresses: readonly VirtualAddress[]
}

export interface BalancerSite extends Pick<OpenSite, 'folder' | 'inventory'> {
  readonly site: string
  readonly environment: string
  readonly hosts: readonly BalancerHost[]
}

/** Reads the site: all its balancers, for half of them can say nothing of the whole. Errors: those of sites, `address.unknown`. */
export const openBalancerSite = async (options: HostOptions): Promise<BalancerSite> => {
  const { folder, inventory, resolved } = await resolveChosen(await chooseHosts(options), options)
  const hosts = resolved.hosts
    .map(({ view }) => ({
      view,
      pools: resolved.view.pools(view.name),
      addresses: resolved.view.virtualAddresses(view.name),
    }))
    .filter(({ pools, addresses }) => pools.length > 0 || addresses.length > 0)
  if (hosts.length === 0)
    throw new FettleError({
      code: 'address.unknown',
      message: 'no host of this site is a balancer',
      hint: 'the roles haproxy and keepalived make one',
    })
  return { folder, inventory, site: resolved.view.name, environment: inventory.environment, hosts }
}

/** A balancer that lets us in, or why it does not. */
export type Entered = BalancerHost & { readonly held: HeldHost | Problem }

/** Goes to all balancers that let us in, and leaves them again whatever happens. */
export const inBalancers = async <Value>(
  { inventory, hosts }: BalancerSite,
  options: HostOptions,
  emit: Emit,
  work: (entered: readonly Entered[]) => Promise<Value>,
): Promise<Value> => {
  const target = await openTargets(options, inTurn())
  const targets = hosts.map(({ view }) => target(connectionOf(hostNamed(inventory, view.name))))
  const { look } = lookAhead(targets, options.forks, interruption())
  const call = async (host: BalancerHost): Promise<Entered> => ({
    ...host,
    held: await callHost(host.view.name, look, { key: 'balancers', emit }),
  })
  const entered = await Promise.all(hosts.map(call))
  try {
    return await work(entered)
  } finally {
    await Promise.all(entered.map(({ held }) => held instanceof HeldHost && held.close()))
  }
}

/** How those stand that may have addresses. */
export const seeAddresses = (entered: readonly Entered[]): Promise<readonly Seen[]> =>
  see(entered.map(({ view, addresses, held }) => ({ host: view.name, addresses, held })))

/** Those that let us in and send requests to servers. */
export const balancersAmong = (entered: readonly Entered[]) =>
  entered.flatMap(({ pools, held }) =>
    held instanceof HeldHost && pools.length > 0 ? [{ ...balancerOn(held, pools), held }] : [],
  )
