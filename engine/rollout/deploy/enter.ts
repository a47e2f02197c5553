import type { SeenHost } from '../../converge/look.ts'
import type { App } from '../../core/app.ts'
import { throwAll } from '../../core/error.ts'
import type { Emit } from '../../core/event.ts'
import type { HostView } from '../../core/host.ts'
import type { Pool } from '../../core/rotation.ts'
import { callHost, HeldHost } from '../held-host.ts'
import { balancerOn } from '../rotation/balancer-on.ts'
import { Rotation } from '../rotation/rotation.ts'
import { type DeploySite, heldHosts, lookAtApp } from './site.ts'

/** A host of the inventory that has to do with an app: it runs it, balances it, or both. */
export interface Concerned {
  readonly view: HostView
  /** What it runs of the app; null for nothing. */
  readonly app: App | null
  /** What it balances that has instances of the app. */
  readonly pools: readonly Pool[]
}

interface Entering {
  readonly app: string
  readonly environment: string
  readonly hosts: readonly Concerned[]
  readonly look: (host: string) => Promise<SeenHost>
  readonly emit: Emit
}

/** Connects to all hosts of an app and its balancers. Errors: those of connecting, for all of them at once. */
export const enterSite = async ({ app, environment, hosts, look, emit }: Entering): Promise<DeploySite> => {
  const told = { key: `app:${app}`, emit }
  const entered = await Promise.all(hosts.map(({ view }) => callHost(view.name, look, told)))
  const held = new Map(entered.flatMap((each) => (each instanceof HeldHost ? [[each.name, each] as const] : [])))
  const problems = entered.flatMap((each) => (each instanceof HeldHost ? [] : [each]))
  if (problems.length > 0) await Promise.all([...held.values()].map((each) => each.close()))
  throwAll(problems)
  const of = (name: string) => held.get(name) as HeldHost
  const balancing = hosts.filter(({ pools }) => pools.length > 0)
  const balancers = balancing.map(({ view, pools }) => balancerOn(of(view.name), pools))
  const running = hosts.flatMap(({ view, app }) => (app ? [{ name: view.name, view, app, held: of(view.name) }] : []))
  return {
    app,
    environment,
    emit,
    hosts: await Promise.all(running.map(lookAtApp)),
    balancers: balancing.map(({ view }) => of(view.name)),
    rotation: new Rotation(balancers),
  }
}

export const leaveSite = async (site: DeploySite): Promise<void> => {
  await Promise.all(heldHosts(site).map((host) => host.close()))
}
