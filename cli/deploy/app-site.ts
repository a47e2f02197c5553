import { FettleError } from '../../engine/core/error.ts'
import type { Emit } from '../../engine/core/event.ts'
import { didYouMean } from '../../engine/core/suggest.ts'
import { connectionOf, type Inventory } from '../../engine/inventory/index.ts'
import { type Concerned, enterSite, leaveSite } from '../../engine/rollout/deploy/enter.ts'
import type { DeploySite } from '../../engine/rollout/deploy/site.ts'
import { inTurn } from '../aside.ts'
import { interruption } from '../interruption.ts'
import { lookAhead } from '../look-ahead.ts'
import type { HostOptions } from '../options.ts'
import { chooseHosts, type OpenSite, resolveChosen } from '../site.ts'
import { openTargets } from '../targets.ts'

/** An app of the site, with the hosts that have to do with it. */
export interface AppSite {
  readonly name: string
  /** The site's folder. */
  readonly folder: string
  readonly site: string
  readonly inventory: Inventory
  readonly environment: string
  readonly concerned: readonly Concerned[]
}

/** Reads the site; no host is called. Errors: those of sites and inventories, `app.unknown`. */
export const openAppSite = async (app: string | undefined, options: HostOptions): Promise<AppSite> => {
  const open = await resolveChosen(await chooseHosts(options), options)
  const name = chosenApp(app, open)
  return {
    name,
    folder: open.folder,
    site: open.resolved.view.name,
    inventory: open.inventory,
    environment: open.inventory.environment,
    concerned: concernedBy(name, open),
  }
}

const chosenApp = (app: string | undefined, { hosts, resolved }: OpenSite): string => {
  const names = [...new Set(hosts.flatMap(({ view }) => resolved.view.apps(view.name).map((each) => each.name)))]
  const [only] = names
  if (app === undefined && only && names.length === 1) return only
  if (app !== undefined && names.includes(app)) return app
  throw new FettleError({
    code: 'app.unknown',
    message: app === undefined ? 'it must be said which app' : `no host has the app "${app}"`,
    hint: (app !== undefined && didYouMean(app, names)) || `the apps are: ${names.join(', ') || 'none'}`,
  })
}

/** `--limit` chooses among the hosts that run it; whoever sends them requests is concerned in any case. */
const concernedBy = (name: string, { hosts, resolved }: OpenSite): readonly Concerned[] => {
  const chosen = new Set(hosts.map(({ view }) => view.name))
  const all = resolved.hosts.map(({ view }) => ({
    view,
    app: chosen.has(view.name) ? (resolved.view.apps(view.name).find((each) => each.name === name) ?? null) : null,
  }))
  const places = all.flatMap(({ view, app }) => app?.instances.map(({ port }) => `${view.name}:${port}`) ?? [])
  return all
    .map((each) => ({
      ...each,
      pools: resolved.view
        .pools(each.view.name)
        .filter(({ servers }) => servers.some(({ host, port }) => places.includes(`${host}:${port}`))),
    }))
    .filter(({ app, pools }) => app !== null || pools.length > 0)
}

/** Goes to all hosts of an app, and leaves them again whatever happens. */
export const inAppSite = async <Result>(
  { name, inventory, environment, concerned }: AppSite,
  options: HostOptions,
  emit: Emit,
  work: (site: DeploySite) => Promise<Result>,
): Promise<Result> => {
  const target = await openTargets(options, inTurn())
  const targets = concerned.flatMap(({ view }) => {
    const host = inventory.hosts.get(view.name)
    return host ? [target(connectionOf(host))] : []
  })
  const ahead = lookAhead(targets, options.forks, interruption())
  const site = await enterSite({ app: name, environment, hosts: concerned, look: ahead.look, emit })
  try {
    return await work(site)
  } finally {
    await leaveSite(site)
  }
}
