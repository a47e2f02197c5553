import type { App } from '../../core/app.ts'
import { throwAll } from '../../core/error.ts'
import type { Emit } from '../../core/event.ts'
import type { HostView } from '../../core/host.ts'
import type { HeldHost } from '../held-host.ts'
import { isUp, type Rotation, type View } from '../rotation/rotation.ts'
import { type AppState, readState, stateScript } from './app-state.ts'
import type { Place } from './waves.ts'

/** A host of an app, and what there is of it. */
export interface AppHost {
  readonly name: string
  readonly view: HostView
  readonly app: App
  readonly held: HeldHost
  readonly state: AppState
}

/** All that a rollout of one app has to do with. */
export interface DeploySite {
  readonly app: string
  readonly environment: string
  /** In the inventory's order. */
  readonly hosts: readonly AppHost[]
  readonly balancers: readonly HeldHost[]
  readonly rotation: Rotation
  readonly emit: Emit
}

/** What a host is to run; null for nothing. */
export type Wanted = (host: AppHost) => string | null

export const lookAtApp = async (host: Omit<AppHost, 'state'>): Promise<AppHost> => ({
  ...host,
  state: readState(await host.held.ask(stateScript(host.app))),
})

/** Every host that has to do with it, once: one may run the app and balance it as well. */
export const heldHosts = ({ hosts, balancers }: DeploySite): readonly HeldHost[] => [
  ...new Set([...hosts.map(({ held }) => held), ...balancers]),
]

/** The same site as it is by now. */
export const lookAgain = async (site: DeploySite): Promise<DeploySite> => ({
  ...site,
  hosts: await Promise.all(site.hosts.map(lookAtApp)),
})

/**
 * Every instance: whether it serves, and whether something about it is not as wanted. Errors: `balancer.failed` where a
 * balancer has not been told of one.
 */
export const placesOf = async ({ hosts, rotation }: DeploySite, wanted: Wanted): Promise<readonly Place[]> => {
  const places = await Promise.all(hosts.map((host) => placesOn(host, rotation, wanted(host))))
  return places.flat()
}

const placesOn = (host: AppHost, rotation: Rotation, wanted: string | null): Promise<Place[]> =>
  Promise.all(
    host.state.instances.map(async ({ port, linked, running, active }) => {
      const views = await rotation.look([{ host: host.name, port }])
      refuseUnknown(views)
      const seats = views.flatMap(({ seats }) => seats.filter(({ current }) => current))
      const serving = active === 'active' && seats.every(isUp)
      const pending = linked !== wanted || running !== wanted || (wanted !== null && !serving)
      return { host: host.name, port, serving, pending }
    }),
  )

const refuseUnknown = (views: readonly View[]): void =>
  throwAll(
    views
      .filter(({ unknown }) => unknown.length > 0)
      .map(({ balancer, unknown }) => ({
        code: 'balancer.failed',
        host: balancer,
        message: `HAProxy does not know ${unknown.join(', ')} yet`,
        hint: 'fettle provision tells the balancers of all instances',
      })),
  )
