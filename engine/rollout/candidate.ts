import { type ConvergeRequest, planOn } from '../converge/converge.ts'
import { hostPlan } from '../converge/plan/host-plan.ts'
import type { PlannedHost } from '../converge/planned-host.ts'
import type { Problem } from '../core/error.ts'
import { type Emit, type HostPlan, type HostResult, hasWork } from '../core/event.ts'
import { entryOutcomeOf, hostProblems, isOfDescription } from './outcome.ts'

export interface Planned {
  readonly name: string
  readonly started: number
  readonly host: PlannedHost
  readonly plan: HostPlan
}

/** A host that is ready to be worked on, or one whose run ended before it began. */
export type Candidate =
  | Planned
  | { readonly name: string; readonly problems: readonly Problem[]; readonly result: HostResult }

export const isToBeWorkedOn = (candidate: Candidate): candidate is Planned =>
  'host' in candidate && hasWork(candidate.plan)

/** All others have ended by now: a bug that shows on one host cuts none of them short. */
export const resultOf = <Value>(settled: PromiseSettledResult<Value>): Value => {
  if (settled.status === 'rejected') throw settled.reason
  return settled.value
}

/** Where there was nothing to do, it was closed when that was known. */
export const close = async (candidate: Candidate): Promise<void> => {
  if ('host' in candidate && isNeeded(candidate)) await candidate.host.close()
}

const isNeeded = ({ host, plan }: Planned): boolean => hasWork(plan) || host.hasLeft

export const planCandidate = async (request: ConvergeRequest, emit: Emit): Promise<Candidate> => {
  const { name } = request.host
  const started = performance.now()
  emit({ type: 'host.connecting', host: name })
  try {
    const host = await planOn(request, (message) => emit({ type: 'warning', host: name, message }))
    const plan = hostPlan(name, host.planning, host.out)
    emit({ type: 'host.seen', host: name, facts: host.facts })
    emit({ type: 'host.planned', host: name, plan })
    // It will not be worked on: others may need what its connection holds.
    const planned = { name, started, host, plan }
    if (!isNeeded(planned)) await host.close()
    return planned
  } catch (error) {
    const problems = hostProblems(error, name)
    const [problem] = problems
    const result = ended(name, started, { outcome: entryOutcomeOf(problem), problem })
    if (!isOfDescription(problem)) emit({ type: 'host.done', host: name, result })
    return { name, problems, result }
  }
}

export type Ending = Pick<HostResult, 'outcome' | 'problem'> & Partial<HostResult>

export const ended = (host: string, started: number, ending: Ending): HostResult => ({
  host,
  changed: 0,
  reacted: 0,
  owed: [],
  duration: performance.now() - started,
  ...ending,
})
