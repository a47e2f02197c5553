import { FettleError, type Position } from '../core/error.ts'
import type { HostView, SiteView } from '../core/host.ts'
import type { Role } from '../core/role.ts'
import { didYouMean } from '../core/suggest.ts'
import type { SiteHosts } from './view.ts'

/** A host with its roles, whose settings are settled. */
interface Settled {
  readonly view: HostView
  readonly roles: readonly SettledRole[]
}

export interface SettledRole {
  readonly role: Role
  readonly settings: unknown
  readonly position: Position
}

/** The site with what all roles of a host say of it; a role is asked when somebody wants to know. */
export const withSaid = (hosts: SiteHosts, settled: readonly Settled[]): SiteView => {
  const byName = new Map(settled.map((host) => [host.view.name, host]))
  const said = <Thing>(what: string, ask: (role: Role, topology: Topology) => readonly Thing[] | undefined) => {
    const known = new Map<string, readonly Thing[]>()
    return (name: string): readonly Thing[] => {
      const host = byName.get(name)
      if (!host) throw unknownHost(name, what, byName.keys())
      const things =
        known.get(name) ??
        host.roles.flatMap((each) => {
          const topology = { settings: each.settings, host: host.view, site }
          return asked(host.view, what, each, () => ask(each.role, topology)) ?? []
        })
      known.set(name, things)
      return things
    }
  }
  const site: SiteView = {
    ...hosts,
    listens: said('listens on', (role, topology) =>
      role.listens?.(topology).map((listen) => ({ ...listen, role: role.name })),
    ),
    rotation: said('has in rotation', (role, topology) => role.rotation?.(topology)),
    pools: said('balances', (role, topology) => role.pools?.(topology)),
    apps: said('has releases of', (role, topology) => role.apps?.(topology)),
    databases: said('serves as databases', (role, topology) => role.databases?.(topology)),
    endpoints: said('leads to databases', (role, topology) => role.endpoints?.(topology)),
    virtualAddresses: said('shares with others', (role, topology) => role.virtualAddresses?.(topology)),
    certificates: said('needs certificates for', (role, topology) => role.certificates?.(topology) ?? undefined),
    publicCertificates: said('has certificates for', (role, topology) => role.publicCertificates?.(topology)),
    shownCertificates: said('shows certificates at', (role, topology) => role.shownCertificates?.(topology)),
    state: said('must keep', (role, topology) => role.state?.(topology)),
    backups: said('is copied to', (role, topology) => role.backups?.(topology)),
    watch: said('tells of itself', (role, topology) => role.watch?.(topology)),
    controllers: () => settled.filter(({ roles }) => roles.some(({ role }) => role.controls)).map(({ view }) => view),
    health: said('is healthy by', (role, topology) => role.health?.(topology)),
  }
  return site
}

type Topology = Parameters<NonNullable<Role['listens']>>[0]

/** Errors: `role.failed` where the role throws. */
export const asked = <Answer>(
  host: HostView,
  what: string,
  { role, position }: SettledRole,
  ask: () => Answer,
): Answer => {
  try {
    return ask()
  } catch (error) {
    if (error instanceof FettleError) throw error
    const detail = error instanceof Error ? error.message : String(error)
    const message = `role "${role.name}" threw while it said what ${host.name} ${what}`
    throw new FettleError({ code: 'role.failed', message, position, detail }, error)
  }
}

const unknownHost = (name: string, what: string, names: Iterable<string>): FettleError => {
  const hint = didYouMean(name, names)
  const message = `a role asks what "${name}" ${what}, which is no host of this inventory`
  return new FettleError({ code: 'settings.invalid', message, ...(hint && { hint }) })
}
