import { addressesOf } from '../engine/core/addresses.ts'
import type { HostView, SiteView } from '../engine/core/host.ts'
import { plainAddress } from '../engine/core/virtual-address.ts'

/** The hosts that have certificates issued, by an authority for practice or another. */
export const orderingHosts = (site: SiteView): readonly HostView[] =>
  site.hosts('all').filter(({ name }) => site.publicCertificates(name).length > 0)

/** Where an authority for practice finds all names: the first address that moves between balancers, or that of whoever orders first. */
export const practiceAddress = (site: SiteView): string => {
  const [moving] = site.hosts('all').flatMap(({ name }) => site.virtualAddresses(name))
  const [first] = orderingHosts(site).flatMap(addressesOf)
  return moving ? plainAddress(moving) : (first ?? '127.0.0.1')
}
