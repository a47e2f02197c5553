import { type ErrorCode, FettleError, type Problem } from '../core/error.ts'
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
]

export const isOfDescription = ({ code }: Problem): boolean => described.includes(code)

/** A host that could not be entered was not touched; one that failed may be half-way. */
export const outcomeOf = ({ code }: Problem): HostOutcome => {
  if (unreachable.includes(code)) return 'unreachable'
  return code === 'cancelled' ? 'cancelled' : 'failed'
}

/** The same before anything was done: a host that fell silent on the way in was not reached. */
export const entryOutcomeOf = (problem: Problem): HostOutcome =>
  problem.code === 'timeout' || problem.code === 'connection.lost' ? 'unreachable' : outcomeOf(problem)

/** The problem of one host. Anything but the user's world breaking is a bug, and goes on its way. */
export const hostProblem = (error: unknown, host: string): Problem => {
  if (error instanceof FettleError) return { ...error.problems[0], host }
  throw error
}
