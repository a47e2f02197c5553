import { lookAt as lookAtHost, type SeenHost } from '../engine/converge/look.ts'
import { connectionOf } from '../engine/inventory/index.ts'
import { connect } from '../engine/transport/index.ts'
import type { Aside } from './aside.ts'
import { interruption } from './interruption.ts'
import type { SecretsUse } from './keys.ts'
import { type LookAhead, lookAhead } from './look-ahead.ts'
import type { HostOptions, KeyOptions } from './options.ts'
import { openRenderer } from './output.ts'
import { quiet } from './quiet.ts'
import { chooseHosts, type OpenedSite, openSite } from './site.ts'
import { openTargets } from './targets.ts'

export interface ConvergeOptions extends HostOptions, KeyOptions {
  readonly roles?: string
  readonly retire?: string
  readonly wait?: true
}

/** A site whose hosts are being looked at. */
export interface SeenSite extends OpenedSite {
  readonly ahead: LookAhead
  /** Looks at any host of the inventory, over a connection of its own. */
  readonly lookAt: (host: string) => Promise<SeenHost>
}

/**
 * Reads the site, and meanwhile connects to its hosts; whatever is wrong with it, they are left as they were. What shows
 * it all is opened when there is something to show or to ask.
 */
export const openSeenSite = async (options: ConvergeOptions, { keeps }: Pick<SecretsUse, 'keeps'>) => {
  const choice = await chooseHosts(options)
  let opened: ReturnType<typeof openRenderer> | undefined
  const renderer = () => {
    opened ??= openRenderer(options)
    return opened
  }
  const aside: Aside = async (ask) => (await renderer()).aside(ask)
  const target = await openTargets(options, aside)
  const hosts = [...choice.inventory.hosts.values()].filter(({ name }) => choice.names.has(name))
  const targets = hosts.map((host) => target(connectionOf(host)))
  const ahead = lookAhead(targets, options.forks, interruption())
  try {
    await quiet()
    const lookAt = async (name: string): Promise<SeenHost> => {
      const host = choice.inventory.hosts.get(name)
      if (!host) throw new RangeError(`there is no host ${name}`)
      return lookAtHost(target(connectionOf(host)), connect, interruption())
    }
    const site: SeenSite = { ...(await openSite(choice, options, { aside, keeps })), ahead, lookAt }
    return { site, renderer: await renderer() }
  } catch (error) {
    await ahead.abandon()
    if (opened) (await opened).close()
    throw error
  }
}
