import { addressesOf } from '../../engine/core/addresses.ts'
import { FettleError } from '../../engine/core/error.ts'
import { managementOf } from '../management.ts'
import { contains, plainNetwork } from '../networks.ts'
import type { Context } from './control.ts'

/**
 * Whoever looks after the host, and the hosts of the site: a ban between these would cut databases and balancers off.
 * Errors: `settings.invalid` where nobody says who looks after it, `firewall.lockout` where we would not be among them.
 */
export const neverBanned = (context: Context): readonly string[] => {
  const { settings, host, site } = context
  const management = [...managementOf(context), ...settings.bans.never]
  if (management.length === 0) throw new FettleError(unsaid)
  const networks = [...management, ...site.hosts('all').flatMap(addressesOf)].map(plainNetwork)
  const { arrival } = host.facts
  if (arrival && !networks.some((network) => contains(network, arrival.from)))
    throw new FettleError(lockout(arrival.from, management))
  return [...new Set(['127.0.0.0/8', '::1', ...networks])]
}

const unsaid = {
  code: 'settings.invalid',
  message: 'fail2ban is not told where hosts are looked after from, and could ban us',
  hint: 'add "fettle_management: [NETWORK]" to the variables of all hosts in the inventory',
} as const

const lockout = (from: string, networks: readonly string[]) =>
  ({
    code: 'firewall.lockout',
    message: `fail2ban could ban us: the host sees us come from ${from}, which is in no management network`,
    detail: `never banned: ${networks.join(', ')}`,
    hint: `add ${from} to fettle_management in the inventory, or to hardening.bans.never: "- ${from}"`,
  }) as const
