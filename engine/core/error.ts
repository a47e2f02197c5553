/** A position in one of the user's files, counted from 1. */
export interface Position {
  readonly file: string
  readonly line?: number
  readonly column?: number
}

/**
 * Everything that can be wrong in the user's world. What is thrown without one of these codes is a bug of Fettle's.
 */
export type ErrorCode =
  | 'usage'
  | 'cancelled'
  | 'site.missing'
  | 'site.syntax'
  | 'site.invalid'
  | 'inventory.missing'
  | 'inventory.syntax'
  | 'inventory.invalid'
  | 'settings.invalid'
  | 'settings.conflict'
  | 'limit.unknown'
  | 'template.missing'
  | 'template.invalid'
  | 'role.unknown'
  | 'role.failed'
  | 'resource.conflict'
  | 'resource.invalid'
  | 'host.unsupported'
  | 'host.unreachable'
  | 'host.key.unknown'
  | 'host.key.changed'
  | 'host.key.revoked'
  | 'auth.refused'
  | 'auth.key'
  | 'become.refused'
  | 'become.password'
  | 'connection.lost'
  | 'timeout'
  | 'fact.failed'
  | 'manifest.format'
  | 'validation.failed'
  | 'changed.under'
  | 'plan.changed'
  | 'step.failed'
  | 'not.converged'
  | 'lease.held'
  | 'lease.lost'
  | 'guard.reverted'
  | 'guard.refused'
  | 'step.interrupted'
  | 'firewall.lockout'
  | 'access.lockout'
  | 'generation.unknown'
  | 'firewall.unproven'
  | 'secret.missing'
  | 'secret.invalid'
  | 'secret.locked'
  | 'certificate.invalid'
  | 'certificate.expiring'
  | 'certificate.unknown'
  | 'alerts.unknown'
  | 'removal.unconfirmed'
  | 'app.unknown'
  | 'version.unknown'
  | 'worktree.dirty'
  | 'build.failed'
  | 'artifact.invalid'
  | 'release.missing'
  | 'release.room'
  | 'release.corrupt'
  | 'deploy.unfinished'
  | 'deploy.capacity'
  | 'deploy.reverted'
  | 'rollout.stopped'
  | 'instance.unhealthy'
  | 'migration.failed'
  | 'balancer.failed'
  | 'address.unknown'
  | 'address.refused'
  | 'address.failed'
  | 'hook.failed'
  | 'database.unknown'
  | 'database.refused'
  | 'database.failed'
  | 'backup.unknown'
  | 'backup.failed'
  | 'backup.refused'
  | 'run.unknown'
  | 'job.unknown'
  | 'job.running'
  | 'notify.failed'
  | 'store.held'
  | 'store.format'
  | 'store.damaged'
  | 'store.failed'
  | 'lab.failed'

export interface Problem {
  readonly code: ErrorCode
  /** One short sentence, no full stop. */
  readonly message: string
  readonly position?: Position
  /** Lines of the user's file around the position, ready to print. */
  readonly frame?: string
  readonly host?: string
  /** What the outside world said: a tail of stderr, a parser's words. */
  readonly detail?: string
  /** What to do now. */
  readonly hint?: string
  /** Among the settings of the role that found it: where these are known to come from, it becomes a position. */
  readonly setting?: readonly string[]
}

/** The user's world broke, in one or more places of one kind. */
export class FettleError extends Error {
  override readonly name = 'FettleError'
  readonly problems: readonly [Problem, ...Problem[]]

  constructor(problems: Problem | readonly [Problem, ...Problem[]], cause?: unknown) {
    const list = ('code' in problems ? [problems] : problems) as readonly [Problem, ...Problem[]]
    super(list.map((problem) => problem.message).join('; '), { cause })
    this.problems = list
  }

  get code(): ErrorCode {
    return this.problems[0].code
  }
}

/** Throws everything that was collected, if anything was. */
export const throwAll = (problems: readonly Problem[]): void => {
  const [first, ...rest] = problems
  if (first) throw new FettleError([first, ...rest])
}

/** Throws all that went wrong in what was done at once, if anything did; what is a bug, before all else. */
export const throwRejected = (settled: readonly PromiseSettledResult<unknown>[]): void => {
  const errors = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []))
  const problems = errors.flatMap((error) => {
    if (error instanceof FettleError) return error.problems
    throw error
  })
  throwAll(problems)
}
