import { FettleError, type Problem } from '../../core/error.ts'
import type { Emit, HostPlan, HostResult } from '../../core/event.ts'
import { type Finding, findingText, type Verified } from './verify.ts'

/** Tries whether these hosts let in whom they should, and nobody else. */
export type Verify = (hosts: readonly string[]) => Promise<Verified>

interface Check {
  readonly plans: readonly HostPlan[]
  readonly emit: Emit
  /** Default: nobody tries. */
  readonly verify?: Verify
}

/**
 * Hosts whose firewall changes are done only when it was tried from outside, which needs the others to be done: their
 * results are held back until then.
 */
export const checkReach = ({ plans, emit, verify }: Check) => {
  const changing = new Set(plans.filter(changesFirewall).map(({ host }) => host))
  const held = new Map<string, HostResult>()
  const hold: Emit = (event) => {
    const isHeld = event.type === 'host.done' && event.result.outcome === 'changed' && changing.has(event.host)
    if (isHeld && verify) held.set(event.host, event.result)
    else emit(event)
  }
  const judge = async (results: readonly HostResult[]): Promise<readonly HostResult[]> => {
    if (!verify || held.size === 0) return results
    const problems = await problemsOf([...held.keys()], verify, emit)
    const judged = results.map((result) => {
      const problem = problems.get(result.host)
      return problem ? { ...result, outcome: 'failed' as const, problem } : result
    })
    for (const result of judged) if (held.has(result.host)) emit({ type: 'host.done', host: result.host, result })
    return judged
  }
  return { emit: hold, judge }
}

const changesFirewall = ({ changes }: HostPlan): boolean =>
  changes.some(({ key, action }) => key.startsWith('firewall:') && action !== 'remove')

const problemsOf = async (
  hosts: readonly string[],
  verify: Verify,
  emit: Emit,
): Promise<ReadonlyMap<string, Problem>> => {
  const warn = (message: string) => emit({ type: 'warning', message })
  try {
    const { findings, skipped } = await verify(hosts)
    for (const line of skipped) warn(`the firewall was not tried on ${line}`)
    for (const finding of findings) if (finding.because) warn(findingText(finding))
    const wrong = findings.filter(({ because }) => because === null)
    return new Map(hosts.flatMap((host) => problemOf(host, wrong)))
  } catch (error) {
    if (!(error instanceof FettleError)) throw error
    warn(`nobody tried what the firewalls let in: ${error.message}`)
    return new Map()
  }
}

const problemOf = (host: string, findings: readonly Finding[]): [string, Problem][] => {
  const [first, ...more] = findings.filter((finding) => finding.host === host).map(({ message }) => message)
  if (first === undefined) return []
  const problem: Problem = {
    code: 'firewall.unproven',
    message: first,
    host,
    ...(more.length > 0 && { detail: more.join('\n') }),
    hint: `rules are in force, and something else lets in or keeps out: fettle firewall --verify ${host} tries again`,
  }
  return [[host, problem]]
}
