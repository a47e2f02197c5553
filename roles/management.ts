import type { Topology } from '../engine/core/role.ts'
import { addressesIn } from './addresses.ts'
import { isNetwork } from './networks.ts'

/** Whence hosts are looked after, as a setting or else the inventory says, and where Fettle runs by the clock; may be none. */
export const managementOf = (
  { host, site }: Pick<Topology<unknown>, 'host' | 'site'>,
  said?: readonly string[],
): readonly string[] => {
  const networks = said ?? [host.variables.fettle_management ?? []].flat().map(String)
  return [...networks.filter(isNetwork), ...addressesIn(site.controllers(), 'runs jobs of Fettle')]
}
