import { aptFunctions, repair } from '../../core/apt-functions.ts'
import type { Upgrade } from '../../core/patch.ts'
import { command } from '../../core/shell.ts'
import type { HeldHost } from '../held-host.ts'
import type { Extent, HostState } from './host-state.ts'
import { lookAtHost } from './look.ts'

/**
 * What was announced, and nothing else: packages by their versions, which must not make them seem to be wanted by somebody.
 * Nothing is removed, and configuration files stay as they are.
 */
const upgradeScript = (upgrades: readonly Upgrade[]): string => `${aptFunctions}
automatic=$(apt-mark showauto -- ${command(...upgrades.map(({ name }) => name))}) || exit
apt_get --no-remove --only-upgrade install -- ${command(...upgrades.map(({ name, to }) => `${name}=${to}`))} || exit
[ -z "$automatic" ] || apt-mark auto -- $automatic >/dev/null`

const titleOf = (upgrades: readonly Upgrade[]): string =>
  `upgrade ${upgrades.length > 3 ? `${upgrades.length} packages` : upgrades.map(({ name }) => name).join(', ')}`

/** Each as a unit of its own, which ends whatever becomes of the connection. */
export const upgrade = async (held: HeldHost, state: HostState, extent: Extent): Promise<void> => {
  if (state.unfinished) await held.detached('finish what dpkg began', repair, { again: true })
  const { upgrades } = state.unfinished ? await lookAtHost(held, extent) : state
  // What comes along with others is theirs to bring.
  const own = upgrades.filter(({ from }) => from !== null)
  if (own.length > 0) await held.detached(titleOf(own), upgradeScript(own), { again: true })
}
