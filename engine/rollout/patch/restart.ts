import { command } from '../../core/shell.ts'
import type { HeldHost } from '../held-host.ts'
import { lookAtHost } from './look.ts'
import type { Patching } from './patching.ts'
import type { PatchHost } from './site.ts'

/** With the exceptions that the distribution makes, and the host's own. */
const asItSays = 'LC_ALL=C needrestart -r a -l -q </dev/null'

/**
 * Has services use what is there by now. What is out of rotation starts anew whatever is known of it; others as `needrestart`
 * says. Nothing is started that did not run.
 */
export const restartStale = async ({ site }: Patching, host: PatchHost, stale: readonly string[]): Promise<void> => {
  const { held, seats } = host
  const instances = site.view.rotation(host.name).filter(({ port }) => seats.some((seat) => seat.port === port))
  const units = [...new Set(instances.map(({ unit }) => unit))]
  if (units.length > 0)
    await held.step(`restart ${units.join(', ')}`, command('systemctl', 'try-restart', '--', ...units))
  const others = stale.filter((unit) => !units.includes(unit))
  if (others.length > 0) await restartAsItSays(held, others)
}

const restartAsItSays = (held: HeldHost, units: readonly string[]): Promise<void> =>
  held.detached(`restart ${units.join(', ')}`, asItSays, { again: true })

/** Warns of what only a reboot ends. */
export const tellOfRest = async ({ site, extent, reboot }: Patching, { name, held }: PatchHost): Promise<void> => {
  const { reboot: reasons, deferred, stale } = await lookAtHost(held, extent)
  const forbidden = reboot === 'never' ? ', which was forbidden' : ''
  const messages = [
    ...(reasons.length > 0 ? [`it still wants to be rebooted${forbidden}: ${reasons.join('; ')}`] : []),
    ...(deferred.length > 0 ? [`uses what was replaced until it is rebooted: ${deferred.join(', ')}`] : []),
    ...(stale && stale.length > 0 ? [`uses what was replaced although it was restarted: ${stale.join(', ')}`] : []),
  ]
  for (const message of messages) site.emit({ type: 'warning', host: name, message })
}
