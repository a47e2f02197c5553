import { isIP } from 'node:net'
import type { WantedCertificate } from '../core/certificate.ts'
import type { CertificateRequest } from '../core/certificate-request.ts'
import { FettleError, type Problem, throwAll } from '../core/error.ts'
import { groupBy } from '../core/group-by.ts'
import type { HostView, SiteView } from '../core/host.ts'
import { asked, type SettledRole } from './said.ts'
import { distinct } from './trouble.ts'

type Hosts = readonly { readonly view: HostView; readonly roles: readonly SettledRole[] }[]

/**
 * The certificates that all roles of these hosts ask for. Errors: `certificate.invalid`, and what roles throw; all at
 * once, each where the site gives the role to the host.
 */
export const wantedCertificates = (hosts: Hosts, site: SiteView): readonly WantedCertificate[] => {
  const problems: Problem[] = []
  const wanted = hosts.flatMap((host) => host.roles.flatMap((role) => wantedBy(host, role, site, problems)))
  for (const { host, role, request, position } of wanted) {
    const fault = faultOf(request)
    if (fault)
      problems.push({ ...fault, message: `role "${role}" asks for a certificate ${fault.message}`, host, position })
  }
  problems.push(...[...groupBy(wanted, ({ host, request }) => `${host} ${request.name}`).values()].flatMap(clashes))
  throwAll(distinct(problems))
  return wanted
}

const wantedBy = (
  { view: host }: Hosts[number],
  assigned: SettledRole,
  site: SiteView,
  problems: Problem[],
): readonly WantedCertificate[] => {
  const { role, position } = assigned
  try {
    const requests = requestsOf(host, assigned, site)
    return (requests ?? []).map((request) => ({
      host: host.name,
      role: role.name,
      request: settled(request),
      position,
    }))
  } catch (error) {
    if (!(error instanceof FettleError)) throw error
    problems.push(...error.problems.map((problem) => ({ position, ...problem })))
    return []
  }
}

const requestsOf = (host: HostView, assigned: SettledRole, site: SiteView) =>
  asked(host, 'needs certificates for', assigned, () =>
    assigned.role.certificates?.({ settings: assigned.settings, host, site }),
  )

/** Roles of a host that need something of the authority, if only its own certificate. Errors: those of the roles. */
export const rolesWithCertificates = ({ view, roles }: Hosts[number], site: SiteView): readonly SettledRole[] =>
  roles.filter((assigned) => requestsOf(view, assigned, site) != null)

const settled = ({ name, names, uses = ['server', 'client'] }: CertificateRequest): WantedCertificate['request'] => ({
  name,
  names: [...names],
  uses: [...uses],
})

type Fault = Pick<Problem, 'code' | 'message' | 'hint'>

const fault = (message: string, hint: string): Fault => ({ code: 'certificate.invalid', message, hint })

const faultOf = ({ name, names, uses }: WantedCertificate['request']): Fault | undefined => {
  if (!/^[a-z0-9]([a-z0-9-]{0,62})$/.test(name))
    return fault(`called ${JSON.stringify(name)}`, 'small letters, digits and hyphens make a name')
  if (names.length === 0) return fault(`"${name}" for no name`, 'give it the names that others know the host by')
  const wrong = names.find((each) => !isAddress(each) && !isDnsName(each))
  if (wrong !== undefined)
    return fault(`"${name}" for ${JSON.stringify(wrong)}`, 'a certificate is for DNS names and IP addresses')
  if (uses.length === 0) return fault(`"${name}" for no use`, 'it is for a server, a client or both')
  return undefined
}

/** A zone means something on one machine only. */
const isAddress = (name: string): boolean => isIP(name) !== 0 && !name.includes('%')

const label = '[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?'
const dnsName = new RegExp(`^(\\*\\.)?(${label}\\.)*${label}$`)

/** Names that end in a number would be taken for addresses. */
const isDnsName = (name: string): boolean => name.length <= 253 && dnsName.test(name) && !/(^|\.)\d+$/.test(name)

/** Of several with one name on a host, all but the first. */
const clashes = ([first, ...others]: readonly WantedCertificate[]): readonly Problem[] =>
  others.map(({ host, role, request, position }) => ({
    ...fault(
      `roles "${first?.role}" and "${role}" both ask for a certificate called "${request.name}"`,
      'names of certificates are unique on a host',
    ),
    host,
    position,
  }))
