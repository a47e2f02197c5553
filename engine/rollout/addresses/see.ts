import type { Problem } from '../../core/error.ts'
import type { VirtualAddress } from '../../core/virtual-address.ts'
import { HeldHost } from '../held-host.ts'
import { readState, stateScript } from './state.ts'
import type { Seen } from './status.ts'

/** A balancer, the addresses that it may have, and the way in, or why there is none. */
export interface Sharing {
  readonly host: string
  readonly addresses: readonly VirtualAddress[]
  readonly held: HeldHost | Problem
}

/** How they stand. Errors: `step.failed`, `connection.lost`. */
export const see = (all: readonly Sharing[]): Promise<readonly Seen[]> =>
  Promise.all(
    all.map(async ({ host, addresses, held }) => ({
      ...{ host, said: addresses },
      state: held instanceof HeldHost ? readState(await held.ask(stateScript)) : null,
    })),
  )
