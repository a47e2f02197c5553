import type { Position } from '../engine/core/error.ts'
import { rolesWithCertificates, wantedCertificates } from '../engine/inventory/certificates.ts'
import type { Inventory, ResolvedHost, ResolvedSite } from '../engine/inventory/index.ts'
import type { Lifetime } from '../engine/secrets/certificates/due.ts'
import type { Needs } from '../engine/secrets/certificates/making.ts'
import ca from '../roles/ca/index.ts'
import { CaSettings } from '../roles/ca/settings.ts'

/** What the chosen hosts need of the authority, and who asks for it. */
export interface SiteNeeds extends Needs {
  readonly hosts: readonly string[]
  /** The role that asks first, and where it stands. */
  readonly role: string
  readonly position: Position
}

interface Chosen {
  readonly hosts: readonly ResolvedHost[]
  readonly resolved: ResolvedSite
  readonly inventory: Inventory
}

/** What the roles of the chosen hosts need of the site's authority; undefined where none asks for anything. */
export const neededCertificates = ({ hosts, resolved, inventory }: Chosen): SiteNeeds | undefined => {
  const certificates = wantedCertificates(hosts, resolved.view)
  const asking = hosts.flatMap((host) => {
    const [first] = rolesWithCertificates(host, resolved.view)
    return first ? [{ host, first }] : []
  })
  const first = asking[0]?.first
  if (!first) return undefined
  const byName = new Map(asking.map(({ host }) => [host.view.name, host]))
  return {
    authority: `${resolved.view.name} ${inventory.environment}`,
    certificates: certificates.map((wanted) => ({ ...wanted, lifetime: lifetimeOf(byName.get(wanted.host)) })),
    now: new Date(),
    hosts: [...byName.keys()],
    role: first.role.name,
    position: first.position,
  }
}

/** As the role `ca` says for a host, or would say. */
const lifetimeOf = (host: ResolvedHost | undefined): Lifetime => {
  const own = host?.roles.find(({ role }) => role === ca)?.settings as CaSettings | undefined
  return own ?? CaSettings.parse({})
}
