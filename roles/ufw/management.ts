import { FettleError } from '../../engine/core/error.ts'
import type { RoleContext, Topology } from '../../engine/core/role.ts'
import { managementOf } from '../management.ts'
import { contains } from '../networks.ts'
import type { UfwSettings } from './settings.ts'

type Context = RoleContext<UfwSettings>

/** Whence hosts are looked after. Errors: `settings.invalid`, and `firewall.lockout` where we are elsewhere. */
export const managementNetworks = (context: Context): readonly string[] => {
  const networks = saidNetworks(context)
  if (networks.length === 0) throw new FettleError(unsaid)
  const { arrival } = context.host.facts
  if (arrival && !networks.some((network) => contains(network, arrival.from)))
    throw new FettleError(lockout(arrival.from, networks))
  return networks
}

/** As the settings or the inventory say, and where Fettle runs by the clock; may be none. */
export const saidNetworks = (topology: Topology<UfwSettings>): readonly string[] =>
  managementOf(topology, topology.settings.managementNetworks)

const unsaid = {
  code: 'settings.invalid',
  message: 'the firewall is not told where hosts are looked after from',
  hint: 'add "fettle_management: [NETWORK]" to the variables of all hosts in the inventory',
} as const

const lockout = (from: string, networks: readonly string[]) =>
  ({
    code: 'firewall.lockout',
    message: `the firewall would lock us out: the host sees us come from ${from}, which is in no management network`,
    detail: `management networks: ${networks.join(', ')}`,
    hint: `add ${from} to fettle_management in the inventory, or to ufw.managementNetworks: "- ${from}"`,
  }) as const
