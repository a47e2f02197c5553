import type { LookupFunction } from 'node:net'

/** Where a website is whose name nobody knows, and whom to trust there. */
export interface Place {
  readonly address: string
  /** PEM of the authorities. */
  readonly ca: string
}

/** Options of a request that lead it there. */
export const placed = (place: Place | undefined): { readonly lookup?: LookupFunction; readonly ca?: string } => {
  if (!place) return {}
  const { address, ca } = place
  const family = address.includes(':') ? 6 : 4
  return {
    ca,
    lookup: (_name, { all }, found) => (all ? found(null, [{ address, family }]) : found(null, address, family)),
  }
}
