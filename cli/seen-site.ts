import { connectionOf } from '../engine/inventory/index.ts'
import type { Aside } from './aside.ts'
import { interruption } from './interruption.ts'
import { type LookAhead, lookAhead } from './look-ahead.ts'
import type { HostOptions } from './options.ts'
import { quiet } from './quiet.ts'
import { chooseHosts, type OpenSite, openSite } from './site.ts'
import { openTargets } from './targets.ts'

export interface ConvergeOptions extends HostOptions {
  readonly roles?: string
  readonly retire?: string
}

/** A site whose hosts are being looked at. */
export interface SeenSite extends OpenSite {
  readonly ahead: LookAhead
}

/** Reads the site, and meanwhile connects to its hosts; whatever is wrong with it, they are left as they were. */
export const openSeenSite = async (options: ConvergeOptions, aside: Aside): Promise<SeenSite> => {
  const choice = await chooseHosts(options)
  const target = await openTargets(options, aside)
  const hosts = [...choice.inventory.hosts.values()].filter(({ name }) => choice.names.has(name))
  const targets = hosts.map((host) => target(connectionOf(host)))
  const ahead = lookAhead(targets, options.forks, interruption())
  try {
    await quiet()
    return { ...(await openSite(choice, options)), ahead }
  } catch (error) {
    await ahead.abandon()
    throw error
  }
}
