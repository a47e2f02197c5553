import PQueue from 'p-queue'
import { type ConvergeRequest, type PlannedHost, planOn } from '../converge/converge.ts'
import { hostPlan } from '../converge/host-plan.ts'
import { FettleError, type Problem, throwAll } from '../core/error.ts'
import type { Emit, HostPlan, HostResult } from '../core/event.ts'
import { hostProblem, isOfDescription, outcomeOf } from './outcome.ts'
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

interface Candidate {
  readonly name: string
  readonly started: number
  readonly host?: PlannedHost
  readonly plan?: HostPlan
  readonly problems: readonly Problem[]
}

/** Plans every host, shows the whole, and performs on those that differ. Errors in the user's own files stop it before. */
export const provision = async (request: ProvisionRequest): Promise<readonly HostResult[]> => {
  const { run, command, environment, emit } = request
  const started = performance.now()
  emit({ type: 'run.started', run, command, environment, hosts: request.hosts.map(({ host }) => host.name) })
  const queue = new PQueue({ concurrency: request.forks })
  const candidates = await Promise.all(request.hosts.map((host) => queue.add(() => planCandidate(host, emit))))
  try {
    throwDescriptionProblems(candidates)
    const approval = await request.approve(candidates.flatMap(({ plan }) => (plan ? [plan] : [])))
    const results = await Promise.all(candidates.map((candidate) => queue.add(() => finish(candidate, approval, emit))))
    emit({ type: 'run.finished', run, results, duration: performance.now() - started })
    return results
  } finally {
    await Promise.all(candidates.map(({ host }) => host?.close()))
  }
}

const planCandidate = async (request: ConvergeRequest, emit: Emit): Promise<Candidate> => {
  const { name } = request.host
  const started = performance.now()
  emit({ type: 'host.connecting', host: name })
  try {
    const host = await planOn(request)
    const plan = hostPlan(name, host.planning)
    emit({ type: 'host.planned', host: name, plan })
    return { name, started, host, plan, problems: [] }
  } catch (error) {
    const problems = [hostProblem(error, name), ...(error instanceof FettleError ? error.problems.slice(1) : [])]
    return { name, started, problems }
  }
}

/** The same mistake in a role or template shows on every host that has it: it is told once. */
const throwDescriptionProblems = (candidates: readonly Candidate[]): void => {
  const told = new Map<string, Problem>()
  for (const problem of candidates.flatMap(({ problems }) => problems)) {
    if (!isOfDescription(problem)) continue
    const { host: _, ...general } = problem
    const same = JSON.stringify([problem.message, problem.position, problem.detail])
    told.set(same, told.has(same) ? general : problem)
  }
  throwAll([...told.values()])
}

const finish = async (candidate: Candidate, approval: Approval, emit: Emit): Promise<HostResult> => {
  const result = await resultOf(candidate, approval, emit)
  emit({ type: 'host.done', host: candidate.name, result })
  return result
}

const resultOf = async (candidate: Candidate, approval: Approval, emit: Emit): Promise<HostResult> => {
  const { name, host, plan, problems, started } = candidate
  const duration = () => performance.now() - started
  const base = { host: name, changed: 0, reacted: 0, owed: [] }
  const [problem] = problems
  if (problem) return { ...base, outcome: outcomeOf(problem), problem, duration: duration() }
  if (!host || !plan || isEmpty(plan)) return { ...base, outcome: 'unchanged', duration: duration() }
  if (approval === 'no') return { ...base, outcome: 'pending', duration: duration() }
  return performOn(name, host, plan, approval === 'exact', emit, duration)
}

const isEmpty = (plan: HostPlan): boolean => plan.changes.length === 0 && plan.reactions.length === 0

const performOn = async (
  name: string,
  host: PlannedHost,
  plan: HostPlan,
  approved: boolean,
  emit: Emit,
  duration: () => number,
): Promise<HostResult> => {
  emit({ type: 'host.performing', host: name, steps: plan.changes.length + plan.reactions.length })
  const { progress, count, owed } = tell(name, plan, emit)
  try {
    await host.perform({ approved, progress })
    return { host: name, outcome: 'changed', ...count(), owed: [], duration: duration() }
  } catch (error) {
    const problem = hostProblem(error, name)
    return { host: name, outcome: outcomeOf(problem), ...count(), owed: owed(), problem, duration: duration() }
  }
}
