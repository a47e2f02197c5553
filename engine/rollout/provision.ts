import PQueue from 'p-queue'
import type { ConvergeRequest } from '../converge/converge.ts'
import type { SeenHost } from '../converge/look.ts'
import type { Holder } from '../converge/state/lease.ts'
import type { Problem } from '../core/error.ts'
import type { Emit, HostPlan, HostResult, Origin } from '../core/event.ts'
import { close, isToBeWorkedOn, type Planned, planCandidate, resultOf } from './candidate.ts'
import { type Approval, finishAll } from './finish.ts'
import { interruptionsOf } from './in-rotation.ts'
import { takeAll } from './leases.ts'
import { throwDescriptionProblems } from './outcome.ts'
import { checkReach, type Verify } from './reach/after-change.ts'

export interface ProvisionRequest {
  readonly run: string
  /** As it was called, by whom and when: for the record, and for whoever wants to change the same hosts meanwhile. */
  readonly by: Holder
  readonly origin: Origin
  /** Wait for others who are changing these hosts, instead of giving up. */
  readonly wait: boolean
  readonly site: string
  readonly environment: string
  readonly hosts: readonly ConvergeRequest[]
  /** Hosts worked on at once. */
  readonly forks: number
  readonly emit: Emit
  /** Asked once, with all plans; only hosts with something to do are performed on. */
  readonly approve: (plans: readonly HostPlan[]) => Promise<Approval>
  /** Looks at a balancer that is not among the hosts, where a service restarts that it sends requests to. */
  readonly lookAt: (host: string) => Promise<SeenHost>
  /** What concerns several hosts at once, when each has been worked on: those that fail in it. Default: nothing. */
  readonly afterwards?: (results: readonly HostResult[]) => Promise<readonly Problem[]>
  /** Hosts whose firewall changed have failed where it is not as described. Default: nobody tries. */
  readonly verify?: Verify
}

/** Plans every host, shows the whole, and performs on those that differ. Errors in the user's own files stop it before. */
export const provision = async (request: ProvisionRequest): Promise<readonly HostResult[]> => {
  const { run, by, origin, wait, site, environment, emit } = request
  const started = performance.now()
  emit({
    type: 'run.started',
    run,
    by: origin,
    command: by.command,
    site,
    environment,
    hosts: request.hosts.map(({ host }) => host.name),
  })
  const queue = new PQueue({ concurrency: request.forks })
  const planned = await Promise.allSettled(request.hosts.map((host) => queue.add(() => planCandidate(host, emit))))
  try {
    const candidates = planned.map(resultOf)
    throwDescriptionProblems(candidates.flatMap((candidate) => ('problems' in candidate ? candidate.problems : [])))
    const plans = candidates.flatMap((candidate) => ('plan' in candidate ? [candidate.plan] : []))
    const approval = await request.approve(plans)
    const reach = checkReach({ ...request, plans })
    const working = approval === 'no' ? [] : candidates.filter(isToBeWorkedOn)
    const interruptions = await interruptionsIn(request, working)
    const helpers = interruptions?.helpers.map((host) => ({ name: host.name, host })) ?? []
    try {
      const untaken = await takeAll([...working, ...helpers], { claim: { owner: run, ...by }, wait, emit })
      const finishing = { approval, untaken, interruptions, emit: reach.emit, queue }
      const finished = await reach.judge(await finishAll(candidates, finishing))
      const results = withProblems(finished, approval === 'no' ? [] : ((await request.afterwards?.(finished)) ?? []))
      emit({ type: 'run.finished', run, results, duration: performance.now() - started })
      return results
    } finally {
      await Promise.all(helpers.map(({ host }) => host.close()))
    }
  } finally {
    await Promise.all(planned.map((each) => each.status === 'fulfilled' && close(each.value)))
  }
}

/** What concerns no host of the run in particular is the first one's. */
const withProblems = (results: readonly HostResult[], problems: readonly Problem[]): readonly HostResult[] => {
  const named = problems.map((problem) => ({
    problem,
    host: results.find(({ host }) => host === problem.host)?.host ?? results[0]?.host,
  }))
  return results.map((result) => {
    const found = named.find(({ host }) => host === result.host)
    return found && !result.problem ? { ...result, outcome: 'failed', problem: found.problem } : result
  })
}

/** Errors: those of connecting to a balancer. */
const interruptionsIn = async (request: ProvisionRequest, worked: readonly Planned[]) => {
  const site = request.hosts[0]?.site
  if (!site || worked.length === 0) return null
  return interruptionsOf({ site, worked, look: request.lookAt, emit: request.emit })
}
