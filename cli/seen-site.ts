import { connectionOf } from '../engine/inventory/index.ts'
import { interruption } from './interruption.ts'
import { type LookAhead, lookAhead } from './look-ahead.ts'
import type { HostOptions } from './options.ts'
import { openRenderer } from './output.ts'
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

/**
 * Reads the site, and meanwhile connects to its hosts; whatever is wrong with it, they are left as they were. What shows
 * it all is opened when there is something to show or to ask.
 */
export const openSeenSite = async (options: ConvergeOptions) => {
  const choice = await chooseHosts(options)
  let opened: ReturnType<typeof openRenderer> | undefined
  const renderer = () => {
    opened ??= openRenderer(options)
    return opened
  }
  const target = await openTargets(options, async (ask) => (await renderer()).aside(ask))
  const hosts = [...choice.inventory.hosts.values()].filter(({ name }) => choice.names.has(name))
  const targets = hosts.map((host) => target(connectionOf(host)))
  const ahead = lookAhead(targets, options.forks, interruption())
  try {
    await quiet()
    const site: SeenSite = { ...(await openSite(choice, options)), ahead }
    return { site, renderer: await renderer() }
  } catch (error) {
    await ahead.abandon()
    throw error
  }
}
