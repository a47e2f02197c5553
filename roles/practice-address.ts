import { addressesOf } from '../engine/core/addresses.ts'
import type { SiteView } from '../engine/core/host.ts'
import { plainAddress } from '../engine/core/virtual-address.ts'

/** Where an authority for practice finds all names: the first address that moves between balancers, or that of whoever orders first. */
export const practiceAddress = (site: SiteView): string => {
  const hosts = site.hosts('all')
  const [moving] = hosts.flatMap(({ name }) => site.virtualAddresses(name))
  const [first] = hosts.filter(({ name }) => site.publicCertificates(name).length > 0).flatMap(addressesOf)
  return moving ? plainAddress(moving) : (first ?? '127.0.0.1')
}
