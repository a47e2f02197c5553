import { FettleError } from '../core/error.ts'
import { didYouMean } from '../core/suggest.ts'
import type { Host, Inventory } from './model.ts'

/** The host of that very name. Errors: `limit.unknown`. */
export const hostNamed = (inventory: Inventory, name: string): Host => {
  const host = inventory.hosts.get(name)
  if (host) return host
  const hint = didYouMean(name, inventory.hosts.keys())
  throw new FettleError({ code: 'limit.unknown', message: `no host "${name}"`, ...(hint && { hint }) })
}
