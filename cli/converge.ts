import { join } from 'node:path'
import type { ConvergeRequest } from '../engine/converge/converge.ts'
import type { Claim } from '../engine/converge/state/lease.ts'
import { FettleError, type Problem } from '../engine/core/error.ts'
import type { Emit, HostPlan, HostResult } from '../engine/core/event.ts'
import { didYouMean } from '../engine/core/suggest.ts'
import { kinds } from '../engine/resources/index.ts'
import type { Approval } from '../engine/rollout/finish.ts'
import { provision } from '../engine/rollout/provision.ts'
import { loadTemplates } from '../engine/templates/templates.ts'
import { fromHere, homeFolder } from './folders.ts'
import { interruption } from './interruption.ts'
import { holderOf, originOf } from './origin.ts'
import type { ConvergeOptions, SeenSite } from './seen-site.ts'
import type { OpenSite } from './site.ts'

interface Convergence {
  readonly run: string
  readonly site: SeenSite
  readonly options: ConvergeOptions
  readonly emit: Emit
  readonly approve: (plans: readonly HostPlan[]) => Promise<Approval>
  /** Plans something else than what is described. */
  readonly instead?: ConvergeRequest['instead']
}

/** What `plan` and `provision` have in common: all but the approval. */
export const converge = async (convergence: Convergence): Promise<readonly HostResult[]> => {
  const { run, site, options, emit, approve, instead } = convergence
  const hosts = requests(convergence)
  const stopping = 'interrupted: ending what runs; Ctrl-C again leaves at once'
  interruption().addEventListener('abort', () => emit({ type: 'warning', message: stopping }))
  for (const message of site.resolved.warnings) emit({ type: 'warning', message })
  const origin = originOf()
  const by = holderOf(origin)
  return provision({
    run,
    by,
    origin,
    wait: options.wait ?? false,
    site: site.resolved.view.name,
    environment: site.inventory.environment,
    hosts,
    forks: options.forks,
    emit,
    approve,
    lookAt: site.lookAt,
    afterwards: (results) => settleClusters(convergence, { owner: run, ...by }, results),
    // Rules that are not those described need not let in whom the description does.
    ...(!instead && { verify: (names) => verifyReach(names, site, options) }),
  })
}

/** Whose server has restarted, takes writes again; who is new, gets a copy. Loaded where there are databases. */
const settleClusters = async (
  { site, options, emit }: Convergence,
  claim: Claim,
  results: readonly HostResult[],
): Promise<readonly Problem[]> => {
  if (!results.some(({ host: name }) => site.resolved.view.databases(name).length > 0)) return []
  const { settleClustersOf } = await import('./db/afterwards.ts')
  return settleClustersOf(results, site, { claim, wait: options.wait ?? false, emit })
}

/** Loaded where a firewall changed. */
const verifyReach = async (names: readonly string[], site: SeenSite, { forks }: ConvergeOptions) => {
  const [{ verifyFirewalls }, { outgoingHosts, walledHosts }] = await Promise.all([
    import('./verify-firewalls.ts'),
    import('./walled-hosts.ts'),
  ])
  const walled = walledHosts(site).filter(({ host }) => names.includes(host.name))
  const open = async (name: string) => (await site.ahead.look(name)).reconnect({ signal: interruption() })
  return verifyFirewalls({ walled, hosts: outgoingHosts(site), open, forks })
}

/** Every chosen host with its roles and the way to it. */
export const requests = ({ run, site, options, instead }: Omit<Convergence, 'emit' | 'approve'>): ConvergeRequest[] => {
  const only = namedRoles(options.roles, site)
  const retired = new Set(options.retire?.split(',') ?? [])
  const templates = loadTemplates([fromHere(join(site.folder, 'templates')), join(homeFolder(), 'templates')])
  return site.hosts.map((host) => ({
    host: host.view,
    site: site.resolved.view,
    roles: host.roles,
    ...(only && { only }),
    retired,
    kinds,
    run,
    ...(instead && { instead }),
    look: () => site.ahead.look(host.view.name),
    render: templates.render,
    ...issuedTo(host.view.name, site),
  }))
}

const issuedTo = (name: string, { issued }: SeenSite) => {
  const found = issued.get(name)
  return found && { issued: found }
}

const namedRoles = (names: string | undefined, { resolved }: OpenSite): ReadonlySet<string> | undefined => {
  if (names === undefined) return undefined
  const known = new Set(resolved.hosts.flatMap((host) => host.roles.map(({ role }) => role.name)))
  const only = names.split(',').map((name) => name.trim())
  const unknown = only.filter((name) => !known.has(name))
  const [first] = unknown
  if (first === undefined) return new Set(only)
  throw new FettleError({
    code: 'role.unknown',
    message: `no host of this site has the role "${unknown.join('", "')}"`,
    hint: didYouMean(first, known) ?? `there are: ${[...known].join(', ')}`,
  })
}
