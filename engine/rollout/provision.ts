import PQueue from 'p-queue'
import { type ConvergeRequest, type PlannedHost, planOn } from '../converge/converge.ts'
import { hostPlan } from '../converge/host-plan.ts'
import { FettleError, type Problem, throwAll } from '../core/error.ts'
import type { Emit, HostPlan, HostResult } from '../core/event.ts'
import { entryOutcomeOf, hostProblem, isOfDescription, outcomeOf } from './outcome.ts'
import { tell } from './tell.ts'

export interface ProvisionRequest {
  readonly run: string
  /** As it was called, for the record. */
  readonly command: string
  readonly environment: string
  readonly hosts: readonly ConvergeRequest[]
  /** Hosts worked on at once. */
  readonly forks: number
  readonly emit: Emit
  /** Asked once, with all plans; only hosts with something to do are performed on. */
  readonly approve: (plans: readonly HostPlan[]) => Promise<Approval>
}

/** `exact` holds the run to what was shown; `any` takes what comes. */
export type Approval = 'exact' | 'any' | 'no'

/** A host that is ready to be worked on, or one whose run ended before it began. */
type Candidate =
  | { readonly name: string; readonly started: number; readonly host: PlannedHost; readonly plan: HostPlan }
  | { readonly name: string; readonly problems: readonly Problem[]; readonly result: HostResult }

/** Plans every host, shows the whole, and performs on those that differ. Errors in the user's own files stop it before. */
export const provision = async (request: ProvisionRequest): Promise<readonly HostResult[]> => {
  const { run, command, environment, emit } = request
  const started = performance.now()
  emit({ type: 'run.started', run, command, environment, hosts: request.hosts.map(({ host }) => host.name) })
  const queue = new PQueue({ concurrency: request.forks })
  const planned = await Promise.allSettled(request.hosts.map((host) => queue.add(() => planCandidate(host, emit))))
  try {
    const candidates = planned.map(resultOf)
    throwDescriptionProblems(candidates)
    const approval = await request.approve(
      candidates.flatMap((candidate) => ('plan' in candidate ? [candidate.plan] : [])),
    )
    const finishing = candidates.map((candidate) => queue.add(() => finish(candidate, approval, emit)))
    const results = (await Promise.allSettled(finishing)).map(resultOf)
    emit({ type: 'run.finished', run, results, duration: performance.now() - started })
    return results
  } finally {
    await Promise.all(planned.map((each) => each.status === 'fulfilled' && close(each.value)))
  }
}

/** All others have ended by now: a bug that shows on one host cuts none of them short. */
const resultOf = <Value>(settled: PromiseSettledResult<Value>): Value => {
  if (settled.status === 'rejected') throw settled.reason
  return settled.value
}

/** Where there was nothing to do, it was closed when that was known. */
const close = async (candidate: Candidate): Promise<void> => {
  if ('host' in candidate && hasWork(candidate.plan)) await candidate.host.close()
}

const planCandidate = async (request: ConvergeRequest, emit: Emit): Promise<Candidate> => {
  const { name } = request.host
  const started = performance.now()
  emit({ type: 'host.connecting', host: name })
  try {
    const host = await planOn(request)
    const plan = hostPlan(name, host.planning)
    emit({ type: 'host.planned', host: name, plan })
    // It will not be worked on: others may need what its connection holds.
    if (!hasWork(plan)) await host.close()
    return { name, started, host, plan }
  } catch (error) {
    const problem = hostProblem(error, name)
    const problems = error instanceof FettleError ? [problem, ...error.problems.slice(1)] : [problem]
    const result = ended(name, started, { outcome: entryOutcomeOf(problem), problem })
    if (!isOfDescription(problem)) emit({ type: 'host.done', host: name, result })
    return { name, problems, result }
  }
}

const hasWork = ({ changes, reactions }: HostPlan): boolean => changes.length + reactions.length > 0

type Ending = Pick<HostResult, 'outcome' | 'problem'> & Partial<HostResult>

const ended = (host: string, started: number, ending: Ending): HostResult => ({
  host,
  changed: 0,
  reacted: 0,
  owed: [],
  duration: performance.now() - started,
  ...ending,
})

/** The same mistake in a role or template shows on every host that has it: it is told once. */
const throwDescriptionProblems = (candidates: readonly Candidate[]): void => {
  const told = new Map<string, Problem>()
  for (const problem of candidates.flatMap((candidate) => ('problems' in candidate ? candidate.problems : []))) {
    if (!isOfDescription(problem)) continue
    const { host: _, ...general } = problem
    const same = JSON.stringify([problem.message, problem.position, problem.detail])
    told.set(same, told.has(same) ? general : problem)
  }
  throwAll([...told.values()])
}

const finish = async (candidate: Candidate, approval: Approval, emit: Emit): Promise<HostResult> => {
  if ('result' in candidate) return candidate.result
  const { name, started, host, plan } = candidate
  const result = ended(name, started, await endingOf(name, host, plan, approval, emit))
  emit({ type: 'host.done', host: name, result })
  return result
}

const endingOf = async (
  name: string,
  host: PlannedHost,
  plan: HostPlan,
  approval: Approval,
  emit: Emit,
): Promise<Ending> => {
  if (!hasWork(plan)) return { outcome: 'unchanged' }
  if (approval === 'no') return { outcome: 'pending' }
  emit({ type: 'host.performing', host: name, steps: plan.changes.length + plan.reactions.length })
  const { progress, count, owed } = tell(name, plan, emit)
  try {
    await host.perform({ approved: approval === 'exact', progress })
    return { outcome: 'changed', ...count() }
  } catch (error) {
    const problem = hostProblem(error, name)
    return { outcome: outcomeOf(problem), ...count(), owed: owed(), problem }
  }
}
