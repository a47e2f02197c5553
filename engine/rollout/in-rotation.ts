import type { SeenHost } from '../converge/look.ts'
import type { PlannedHost } from '../converge/planned-host.ts'
import type { RolloutRules } from '../core/app.ts'
import type { Emit, HostPlan } from '../core/event.ts'
import type { HostView, SiteView } from '../core/host.ts'
import type { Instance, Pool } from '../core/rotation.ts'
import { HeldHost } from './held-host.ts'
import { type Balancer, Rotation } from './rotation/rotation.ts'

/** A host of the run that is worked on. */
export interface Worked {
  readonly name: string
  readonly host: PlannedHost
  readonly plan: HostPlan
}

/** What a run interrupts of what balancers send requests to, and who these balancers are. */
export interface Interruptions {
  /** By host: the instances that restart, or that an earlier run left out of rotation. */
  readonly instances: ReadonlyMap<string, readonly Instance[]>
  /** All instances of their apps, everywhere. */
  readonly all: readonly { readonly host: HostView; readonly instance: Instance }[]
  readonly rules: Pick<RolloutRules, 'batch' | 'minHealthy' | 'drain'>
  readonly rotation: Rotation
  /** Balancers that this run would not have held otherwise. */
  readonly helpers: readonly HeldHost[]
}

interface Request {
  readonly site: SiteView
  readonly worked: readonly Worked[]
  /** Looks at a host that is not worked on, over a connection of its own. */
  readonly look: (host: string) => Promise<SeenHost>
  readonly emit: Emit
}

/** Those of a host's instances that its plan restarts, or that an earlier run left out of rotation. */
export const interruptedBy = ({ reactions, out = [] }: HostPlan, instances: readonly Instance[]): readonly Instance[] =>
  instances.filter(
    ({ unit, port }) =>
      out.includes(port) || reactions.some((reaction) => reaction.unit === unit && reaction.asks === 'restart'),
  )

/** Null where nothing is interrupted that a balancer sends requests to. Errors: those of connecting to balancers. */
export const interruptionsOf = async (request: Request): Promise<Interruptions | null> => {
  const { site, worked, look, emit } = request
  const pools = new Map(site.hosts('all').map((host) => [host.name, site.pools(host.name)] as const))
  const instances = new Map(
    worked.flatMap(({ name, plan }) => {
      const interrupted = interruptedBy(plan, site.rotation(name)).filter(({ port }) => isPooled(pools, name, port))
      return interrupted.length > 0 ? [[name, interrupted] as const] : []
    }),
  )
  if (instances.size === 0) return null
  const apps = new Set([...instances.values()].flat().map(({ app }) => app))
  const all = site.hosts('all').flatMap((host) =>
    site
      .rotation(host.name)
      .filter(({ app, port }) => apps.has(app) && isPooled(pools, host.name, port))
      .map((instance) => ({ host, instance })),
  )
  const balancing = [...pools].filter(([, of]) =>
    of.some(({ servers }) => servers.some(({ host, port }) => isOneOf(all, host, port))),
  )
  const entered = await Promise.all(balancing.map(async ([name, of]) => balancerOf(name, of, { worked, look, emit })))
  return {
    instances,
    all,
    rules: rulesOf(site, [...instances.keys()], apps),
    rotation: new Rotation(entered.map(({ balancer }) => balancer)),
    helpers: entered.flatMap(({ helper }) => (helper ? [helper] : [])),
  }
}

const isPooled = (pools: ReadonlyMap<string, readonly Pool[]>, name: string, on: number): boolean =>
  [...pools.values()].flat().some(({ servers }) => servers.some(({ host, port }) => host === name && port === on))

const isOneOf = (all: Interruptions['all'], name: string, port: number): boolean =>
  all.some(({ host, instance }) => host.name === name && instance.port === port)

const balancerOf = async (
  name: string,
  pools: readonly Pool[],
  { worked, look, emit }: Omit<Request, 'site'>,
): Promise<{ readonly balancer: Balancer; readonly helper: HeldHost | null }> => {
  const own = worked.find((each) => each.name === name)?.host
  const helper = own ? null : new HeldHost(name, await look(name), { key: 'rotation', emit })
  const through = own ?? (helper as HeldHost)
  return {
    balancer: { host: name, pools, ask: (script) => through.ask(script), tell: (script) => through.tell(script) },
    helper,
  }
}

const usual: Interruptions['rules'] = { batch: '25%', minHealthy: '50%', drain: 60 }

const rulesOf = (site: SiteView, hosts: readonly string[], apps: ReadonlySet<string>): Interruptions['rules'] =>
  hosts.flatMap((host) => site.apps(host).filter(({ name }) => apps.has(name)))[0]?.rollout ?? usual
