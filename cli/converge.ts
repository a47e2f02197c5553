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
import { fromHere } from './folders.ts'
import { interruption } from './interruption.ts'
import { homeFolder } from './load-roles.ts'
import type { ConvergeOptions, SeenSite } from './seen-site.ts'
import type { OpenSite } from './site.ts'

interface Convergence {
  readonly run: string
  readonly site: SeenSite
  readonly options: ConvergeOptions
  readonly emit: Emit
  readonly approve: (plans: readonly HostPlan[]) => Promise<Approval>
}

/** What `plan` and `provision` have in common: all but the approval. */
export const converge = async ({ run, site, options, emit, approve }: Convergence): Promise<readonly HostResult[]> => {
  const hosts = requests(site, options)
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

const requests = (site: SeenSite, options: ConvergeOptions): ConvergeRequest[] => {
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
    look: () => site.ahead.look(host.view.name),
    render: templates.render,
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
