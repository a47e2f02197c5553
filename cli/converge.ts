import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { ConvergeRequest } from '../engine/converge/converge.ts'
import { FettleError } from '../engine/core/error.ts'
import type { Emit, HostPlan, HostResult } from '../engine/core/event.ts'
import { command as commandLine } from '../engine/core/shell.ts'
import { didYouMean } from '../engine/core/suggest.ts'
import { kinds } from '../engine/resources/index.ts'
import { type Approval, provision } from '../engine/rollout/provision.ts'
import { loadTemplates } from '../engine/templates/templates.ts'
import { connect } from '../engine/transport/index.ts'
import { interruption } from './interruption.ts'
import { homeFolder } from './load-roles.ts'
import type { HostOptions } from './options.ts'
import { fromHere, type OpenSite } from './site.ts'
import { openTargets } from './targets.ts'

export interface ConvergeOptions extends HostOptions {
  readonly roles?: string
  readonly retire?: string
}

interface Convergence {
  readonly run: string
  readonly site: OpenSite
  readonly options: ConvergeOptions
  readonly emit: Emit
  readonly approve: (plans: readonly HostPlan[]) => Promise<Approval>
}

/** What `plan` and `provision` have in common: all but the approval. */
export const converge = async ({ run, site, options, emit, approve }: Convergence): Promise<readonly HostResult[]> => {
  const hosts = await requests(site, options)
  const stopping = 'interrupted: ending what runs; Ctrl-C again leaves at once'
  interruption().addEventListener('abort', () => emit({ type: 'warning', message: stopping }))
  for (const message of site.resolved.warnings) emit({ type: 'warning', message })
  return provision({
    run,
    command: commandLine(...process.argv.slice(2)),
    environment: site.inventory.environment,
    hosts,
    forks: options.forks,
    emit,
    approve,
  })
}

/** Begins with the time, so that names sort as runs happened. */
export const runName = (): string =>
  `${new Date().toISOString().replaceAll(/[-:]/g, '').slice(0, 15)}-${randomBytes(3).toString('hex')}`

const requests = async (site: OpenSite, options: ConvergeOptions): Promise<ConvergeRequest[]> => {
  const only = namedRoles(options.roles, site)
  const retired = new Set(options.retire?.split(',') ?? [])
  const templates = loadTemplates([fromHere(join(site.folder, 'templates')), join(homeFolder(), 'templates')])
  const target = await openTargets(options)
  const signal = interruption()
  return site.hosts.map((host) => ({
    target: target(host.connection),
    host: host.view,
    site: site.resolved.view,
    roles: host.roles,
    ...(only && { only }),
    retired,
    kinds,
    connect,
    render: templates.render,
    signal,
  }))
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
