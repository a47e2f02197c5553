import type PQueue from 'p-queue'
import type { Performing } from '../converge/planned-host.ts'
import type { Problem } from '../core/error.ts'
import { type Emit, type HostResult, hasWork } from '../core/event.ts'
import { type Candidate, type Ending, ended, type Planned, resultOf } from './candidate.ts'
import type { Wave } from './deploy/waves.ts'
import type { Interruptions } from './in-rotation.ts'
import { hostProblem, outcomeOf } from './outcome.ts'
import { takeTurns, turnWaves } from './take-turns.ts'
import { tell } from './tell.ts'

/** `exact` holds the run to what was shown; `any` takes what comes. */
export type Approval = 'exact' | 'any' | 'no'

export interface Finishing {
  readonly approval: Approval
  /** Hosts that could not be taken for this run. */
  readonly untaken: ReadonlyMap<string, Problem>
  /** What restarts although balancers send it requests; null for nothing. */
  readonly interruptions: Interruptions | null
  readonly emit: Emit
  readonly queue: PQueue
}

/**
 * Works on every host: all at once where nobody notices, and in waves where a service restarts that is in rotation. Once
 * such a host did not come back well, those that would have come after it are left as they are.
 */
export const finishAll = async (
  candidates: readonly Candidate[],
  finishing: Finishing,
): Promise<readonly HostResult[]> => {
  const { interruptions, queue } = finishing
  const rolling = (name: string): boolean => interruptions?.instances.has(name) ?? false
  const results = new Map<string, HostResult>()
  const finishOne = async (candidate: Candidate, wave?: Wave) => {
    const result = await finish(candidate, finishing, wave)
    results.set(candidate.name, result)
    return result
  }
  const together = candidates.filter(({ name }) => !rolling(name))
  const settled = await Promise.allSettled(together.map((candidate) => queue.add(() => finishOne(candidate))))
  settled.forEach(resultOf)
  if (interruptions) await finishWaves(candidates, finishing, interruptions, finishOne)
  const rest = candidates.filter(({ name }) => !results.has(name))
  for (const candidate of rest) results.set(candidate.name, await leftAlone(candidate, finishing))
  await Promise.all(candidates.map(async (candidate) => 'host' in candidate && candidate.host.giveBack()))
  return candidates.map(({ name }) => results.get(name) as HostResult)
}

const finishWaves = async (
  candidates: readonly Candidate[],
  { emit }: Finishing,
  interruptions: Interruptions,
  finishOne: (candidate: Candidate, wave: Wave) => Promise<HostResult>,
): Promise<void> => {
  const waves = await turnWaves(interruptions, emit)
  for (const [index, wave] of waves.entries()) {
    const hosts = wave.map(({ host }) => host)
    emit({ type: 'wave.started', app: 'rotation', number: index + 1, hosts })
    const ofWave = candidates.filter(({ name }) => hosts.includes(name))
    const settled = await Promise.allSettled(ofWave.map((candidate) => finishOne(candidate, wave)))
    if (settled.map(resultOf).some(({ problem }) => problem)) return
  }
}

const leftAlone = async (candidate: Candidate, { emit }: Finishing): Promise<HostResult> => {
  if ('result' in candidate) return candidate.result
  const problem: Problem = {
    code: 'rollout.stopped',
    host: candidate.name,
    message: 'not begun, because a host before it did not come back well',
  }
  const result = ended(candidate.name, candidate.started, { outcome: 'failed', problem })
  emit({ type: 'host.done', host: candidate.name, result })
  return result
}

const finish = async (candidate: Candidate, finishing: Finishing, wave?: Wave): Promise<HostResult> => {
  if ('result' in candidate) return candidate.result
  const { name, started, host } = candidate
  const problem = finishing.untaken.get(name)
  const ending = problem ? { outcome: outcomeOf(problem), problem } : await endingOf(candidate, finishing, wave)
  // While others still take turns, their balancers are needed.
  if (!finishing.interruptions) await host.giveBack()
  const result = ended(name, started, ending)
  finishing.emit({ type: 'host.done', host: name, result })
  return result
}

const endingOf = async (planned: Planned, finishing: Finishing, wave: Wave | undefined): Promise<Ending> => {
  const { name, host, plan } = planned
  const { approval, emit } = finishing
  if (!hasWork(plan)) {
    if (approval !== 'no') await host.forgetLeft()
    return { outcome: 'unchanged' }
  }
  if (approval === 'no') return { outcome: 'pending' }
  emit({ type: 'host.performing', host: name, steps: plan.changes.length + plan.reactions.length })
  const { progress, count, owed, takenBack } = tell(name, plan, emit)
  try {
    await perform(planned, { approved: approval === 'exact', progress }, finishing.interruptions, wave)
    return { outcome: 'changed', ...count() }
  } catch (error) {
    const problem = hostProblem(error, name)
    if (problem.code === 'guard.reverted') takenBack()
    return { outcome: outcomeOf(problem), ...count(), owed: owed(), problem }
  }
}

/** What restarts in rotation is left for the host's turns; everything else is done before. */
const perform = async (
  planned: Planned,
  performing: Performing,
  interruptions: Interruptions | null,
  wave: Wave | undefined,
): Promise<void> => {
  const { host, name } = planned
  const groups = wave?.find((turns) => turns.host === name)?.groups
  if (!interruptions || !groups) return host.perform(performing)
  const waiting = new Set((interruptions.instances.get(name) ?? []).map(({ unit }) => unit))
  await host.perform({ ...performing, leave: new Set(waiting) })
  await takeTurns(planned, groups, interruptions, async (paid) => {
    for (const unit of paid) waiting.delete(unit)
    await host.perform({ ...performing, leave: new Set(waiting) })
  })
}
