import { aptFunctions } from '../../core/apt-functions.ts'
import type { HeldHost } from '../held-host.ts'
import { askScript } from './ask-host.ts'
import type { Extent, HostState } from './host-state.ts'
import { readHost } from './read-host.ts'

/** What there is to patch, as the host's lists of packages are. Errors: `step.failed` where apt cannot say. */
export const lookAtHost = async (held: HeldHost, extent: Extent): Promise<HostState> =>
  readHost(await held.ask(askScript(extent)))

/** The same by lists that are fetched first; what an earlier run left running has ended by then. */
export const lookAnew = async (held: HeldHost, extent: Extent): Promise<HostState> => {
  await held.untilQuiet()
  await held.detached('fetch the lists of packages', `${aptFunctions}\napt_get update`, { again: true })
  return lookAtHost(held, extent)
}
