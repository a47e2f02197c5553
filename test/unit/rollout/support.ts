import type { ConvergeRequest } from '../../../engine/converge/converge.ts'
import { lookAt } from '../../../engine/converge/look.ts'
import { FettleError, type Problem } from '../../../engine/core/error.ts'
import type { Event, HostPlan, HostResult } from '../../../engine/core/event.ts'
import type { Declaration } from '../../../engine/core/resource.ts'
import type { Approval } from '../../../engine/rollout/finish.ts'
import { type ProvisionRequest, provision } from '../../../engine/rollout/provision.ts'
import { requestOn } from '../converge/support/converge.ts'
import { localTarget, type Machine } from '../converge/support/machine.ts'
import { hostView } from '../converge/support/site.ts'

/** A machine under a name, with what it is to be. */
export const host = (
  name: string,
  machine: Machine,
  described: readonly Declaration[],
  change: Partial<ConvergeRequest> = {},
): ConvergeRequest =>
  requestOn(machine, described, {
    host: { ...hostView, name },
    look: () => lookAt(localTarget(name), machine.connect),
    ...change,
  })

/** One that cannot be looked at. */
export const broken = (name: string, machine: Machine, problem: Problem): ConvergeRequest =>
  host(name, machine, [], { look: () => Promise.reject(new FettleError(problem)) })

export interface Told {
  readonly events: readonly Event[]
  /** Those of one host, and of the run: their types in order, with what they are about. */
  of(name: string): readonly string[]
  readonly results: readonly HostResult[]
  /** `web1: changed`, in the order of the hosts. */
  readonly outcomes: readonly string[]
  readonly error: unknown
  /** What was shown for approval, each time. */
  readonly shown: readonly (readonly HostPlan[])[]
}

/** Runs it to its end, whatever that is. */
export const run = async (
  hosts: readonly ConvergeRequest[],
  approval: Approval | (() => Promise<Approval>) = 'any',
  change: Partial<ProvisionRequest> = {},
): Promise<Told> => {
  const events: Event[] = []
  const shown: (readonly HostPlan[])[] = []
  const approve = async (plans: readonly HostPlan[]) => {
    shown.push(plans)
    return typeof approval === 'string' ? approval : approval()
  }
  const emit = (event: Event) => events.push(event)
  const request = {
    run: 'r1',
    by: { who: 'ada@laptop', command: 'provision', since: '2026-01-01T00:00:00Z' },
    origin: { who: 'ada', from: 'laptop', process: { pid: 1, began: null } },
    wait: false,
    site: 'shop',
    environment: 'lab',
    hosts,
    forks: 10,
    emit,
    approve,
    lookAt: () => Promise.reject(new Error('there is no balancer')),
    ...change,
  }
  let error: unknown
  const results = await provision(request).catch((thrown) => {
    error = thrown
    return []
  })
  const outcomes = results.map((result) => `${result.host}: ${result.outcome}`)
  const of = (name: string) =>
    events.flatMap((event) => (!('host' in event) || event.host === name ? [brief(event)] : []))
  return { events, results, outcomes, error, shown, of }
}

const brief = (event: Event): string => {
  if ('title' in event) return `${event.type} ${event.title}`
  if (event.type === 'resource.changed') return `${event.type} ${event.change.key}`
  if (event.type === 'reaction.done') return `${event.type} ${event.reaction.asks} ${event.reaction.unit}`
  return event.type === 'host.done' ? `${event.type} ${event.result.outcome}` : event.type
}
