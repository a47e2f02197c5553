import type { Problem } from '../core/error.ts'
import { FettleError } from '../core/error.ts'
import type { HostFacts, HostView, SiteView } from '../core/host.ts'
import type { Session } from '../core/ports.ts'
import type { RoleContext } from '../core/role.ts'
import { type AssignedRole, describe, type Item } from './describe.ts'
import type { SeenHost } from './look.ts'
import { compactScript, isOutgrown, type Manifest, type Moment, manifestFact } from './manifest.ts'
import type { Observer } from './observer.ts'
import type { Kinds } from './ownership.ts'
import { type Progress, perform } from './perform.ts'
import { askAhead, isInOrder, planHost } from './plan.ts'
import type { Planning, PlanRequest } from './planning.ts'
import { settle } from './settle.ts'

export interface ConvergeRequest {
  readonly host: HostView
  readonly site: SiteView
  /** Every role of the host, in order. */
  readonly roles: readonly AssignedRole[]
  /** Roles to look at in this run; undefined for all. */
  readonly only?: ReadonlySet<string>
  /** Roles that left the host and whose things may go. */
  readonly retired: ReadonlySet<string>
  readonly kinds: Kinds
  /** Connects to the host, or hands over a connection that was begun before. */
  readonly look: () => Promise<SeenHost>
  readonly render: RoleContext<unknown>['render']
}

/** A host with a plan, and the connection over which it was made. */
export interface PlannedHost {
  readonly planning: Planning
  readonly facts: HostFacts
  /**
   * Does what was planned, then looks again at whatever that may have touched: what is left is `not.converged`.
   * With `approved`, a step that the plan had not announced stops it with `plan.changed`.
   */
  perform(options: { readonly approved: boolean; readonly progress: Progress }): Promise<void>
  close(): Promise<void>
}

/** Looks, describes, asks and plans: two round trips, nothing changed. */
export const planOn = async (request: ConvergeRequest): Promise<PlannedHost> => {
  const { session, observer, facts, manifest, now } = await request.look()
  try {
    const planRequest = describeHost(request, facts, manifest)
    const planning = await settle(() => planHost(planRequest, observer), observer)
    const seen = performance.now()
    return {
      planning,
      facts,
      perform: (options) => performPlan({ ...options, planRequest, planning, session, observer, seen, now }),
      close: () => session.close(),
    }
  } catch (error) {
    await session.close()
    throw error
  }
}

const describeHost = (request: ConvergeRequest, facts: HostFacts, manifest: Manifest): PlanRequest => {
  const { only, roles } = request
  const computed = roles.filter(({ role }) => !only || only.has(role.name))
  const all = describe(request, facts)
  const isWanted = ({ role }: Item) => !only || only.has(role)
  return {
    items: all.filter(isWanted),
    others: all.filter((item) => !isWanted(item)),
    manifest,
    bootId: facts.bootId,
    kinds: request.kinds,
    ownership: {
      site: request.site.name,
      assigned: new Set(roles.map(({ role }) => role.name)),
      computed: new Set(computed.map(({ role }) => role.name)),
      retired: request.retired,
    },
  }
}

/** Milliseconds after which a host is looked at again before it is changed: somebody may have read a plan meanwhile. */
const freshness = 2000

interface Performing {
  readonly planRequest: PlanRequest
  readonly planning: Planning
  readonly session: Session
  readonly observer: Observer
  /** When the host was last looked at. */
  readonly seen: number
  readonly now: () => Moment
  readonly approved: boolean
  readonly progress: Progress
}

const performPlan = async (performing: Performing): Promise<void> => {
  const { planRequest, observer, session, seen } = performing
  if (performance.now() - seen > freshness) {
    observer.forget('everything')
    await askAhead(planRequest.items, observer)
  }
  await perform({ ...performing, request: planRequest })
  const [manifest] = await Promise.all([observer.read(manifestFact, null), askAhead(planRequest.items, observer)])
  const left = await settle(() => planHost({ ...planRequest, manifest }, observer), observer)
  if (!isInOrder(left)) throw new FettleError(leftover(left))
  if (isOutgrown(manifest)) await session.run(compactScript(manifest))
}

const leftover = (left: Planning): Problem => {
  const items = left.items.filter(({ plan }) => plan.differences.length > 0)
  return {
    code: 'not.converged',
    message: 'everything was done, and yet the host is not as described',
    detail: [
      ...items.map(({ item, plan }) => {
        const told = plan.differences.map(
          ({ what, from, to }) => `${what} is ${from ?? 'absent'}, not ${to ?? 'absent'}`,
        )
        return `${item.declaration.key}: ${told.join(', ')}`
      }),
      ...left.reactions.map(({ unit, asks, because }) => `${unit} still owes a ${asks} for ${because.join(', ')}`),
    ].join('\n'),
    hint: 'two things may be fighting over it, or a service does not stay up: its journal tells',
  }
}
