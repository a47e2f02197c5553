import type { IssuedToHost } from '../core/certificate.ts'
import type { HostFacts, HostView, SiteView } from '../core/host.ts'
import type { RoleContext } from '../core/role.ts'
import { clock } from '../facts/clock.ts'
import { armedItem } from './armed.ts'
import { clockNotices } from './clock.ts'
import { holderNotices, leftNotices, untilAlone } from './left.ts'
import type { SeenHost } from './look.ts'
import { type AssignedRole, describe, type Item, noticesOf } from './plan/describe.ts'
import type { Observer } from './plan/observer.ts'
import type { Kinds } from './plan/ownership.ts'
import { planHost } from './plan/plan.ts'
import type { PlanRequest } from './plan/planning.ts'
import { settle } from './plan/settle.ts'
import { PlannedHost } from './planned-host.ts'
import type { Manifest } from './state/manifest.ts'
import { rolloutNotices } from './state/rollouts.ts'

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
  /** What the site's authority has for the host, where a role asks for it. */
  readonly issued?: IssuedToHost
  /** The run's name, written beside what it replaces. */
  readonly run?: string
  /** Plans something else than what is described. */
  readonly instead?: (request: PlanRequest, observer: Observer) => Promise<PlanRequest>
}

/**
 * Looks, describes, asks and plans: two round trips, nothing changed. A step that a dead run left running is waited for.
 * `tell` hears what that is.
 */
export const planOn = async (
  request: ConvergeRequest,
  tell: (message: string) => void = () => {},
): Promise<PlannedHost> => {
  const seen = await request.look()
  try {
    const { manifest, left, lease, isArmed } = await untilAlone(seen, tell)
    const described = describeHost(request, seen.facts, manifest)
    const wanted = (await request.instead?.(described, seen.observer)) ?? described
    const planRequest = isArmed ? { ...wanted, items: [armedItem, ...wanted.items] } : wanted
    const [saidByClock, planning] = await Promise.all([
      request.issued ? clockNoticesOf(seen.observer) : [],
      settle(() => planHost(planRequest, seen.observer), seen.observer),
    ])
    const notices = [
      ...planning.notices,
      ...saidByClock,
      ...holderNotices(lease),
      ...leftNotices(left),
      ...rolloutNotices(seen.rollouts),
    ]
    return new PlannedHost({ seen, left, planRequest, planning: { ...planning, notices } })
  } catch (error) {
    await seen.session.close()
    throw error
  }
}

const clockNoticesOf = async ({ read }: Observer) => clockNotices(await read(clock, null), Date.now() / 1000)

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
    notices: noticesOf(request, computed, facts),
    ...(request.run !== undefined && { run: request.run }),
    ownership: {
      site: request.site.name,
      assigned: new Set(roles.map(({ role }) => role.name)),
      computed: new Set(computed.map(({ role }) => role.name)),
      retired: request.retired,
    },
  }
}
