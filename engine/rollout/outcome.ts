import { type ErrorCode, FettleError, type Problem, throwAll } from '../core/error.ts'
import type { HostOutcome } from '../core/event.ts'

const unreachable: readonly ErrorCode[] = [
  'host.unreachable',
  'host.key.unknown',
  'host.key.changed',
  'host.key.revoked',
  'auth.refused',
  'auth.key',
  'become.refused',
  'become.password',
]

/** What the user's own files are wrong about: no host is touched before it is mended. */
const described: readonly ErrorCode[] = [
  'role.failed',
  'resource.conflict',
  'resource.invalid',
  'template.missing',
  'template.invalid',
  'settings.invalid',
  'access.lockout',
  'firewall.lockout',
]

export const isOfDescription = ({ code }: Problem): boolean => described.includes(code)

/** The same mistake in a role or template shows on every host that has it: it is told once. */
export const throwDescriptionProblems = (problems: readonly Problem[]): void => {
  const told = new Map<string, Problem>()
  for (const problem of problems.filter(isOfDescription)) {
    const { host: _, ...general } = problem
    const same = JSON.stringify([problem.message, problem.position, problem.detail])
    told.set(same, told.has(same) ? general : problem)
  }
  throwAll([...told.values()])
}

/** A host that could not be entered was not touched; one that failed may be half-way. */
export const outcomeOf = ({ code }: Problem): HostOutcome => {
  if (unreachable.includes(code)) return 'unreachable'
  return code === 'cancelled' ? 'cancelled' : 'failed'
}

/** The same before anything was done: a host that fell silent on the way in was not reached. */
export const entryOutcomeOf = (problem: Problem): HostOutcome =>
  problem.code === 'timeout' || problem.code === 'connection.lost' ? 'unreachable' : outcomeOf(problem)

/** What went wrong on one host, the first of it as the host's. Anything but the user's world breaking is a bug, and goes on its way. */
export const hostProblems = (error: unknown, host: string): readonly [Problem, ...Problem[]] => {
  if (!(error instanceof FettleError)) throw error
  const [first, ...rest] = error.problems
  return [{ ...first, host }, ...rest]
}

export const hostProblem = (error: unknown, host: string): Problem => hostProblems(error, host)[0]

/** The same error as one of this host, where it names no other. */
export const onHost = (error: unknown, host: string): unknown => {
  if (!(error instanceof FettleError)) return error
  const [first, ...rest] = error.problems
  return new FettleError([{ host, ...first }, ...rest], error)
}
