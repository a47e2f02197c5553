import PQueue from 'p-queue'
import { type ConvergeRequest, planOn } from '../converge/converge.ts'
import { controlsOf, type RoleControl } from '../converge/plan/describe.ts'
import type { Planning } from '../converge/plan/planning.ts'
import { FettleError, type Problem } from '../core/error.ts'
import type { HostOutcome } from '../core/event.ts'
import type { Difference } from '../core/plan.ts'
import { resultOf } from './candidate.ts'
import { entryOutcomeOf, hostProblems, throwDescriptionProblems } from './outcome.ts'

/** What of a control is not as described. */
export interface Differing {
  /** Of a resource; of a service that has not taken up its configuration, the unit's name. */
  readonly key: string
  readonly differences: readonly Difference[]
}

/** How a control was found. */
export type Found =
  | { readonly state: 'in place' | 'belongs to the machine' }
  | { readonly state: 'not in place'; readonly differing: readonly Differing[] }
  | { readonly state: 'excepted'; readonly reason: string }

export type AuditedControl = Omit<RoleControl, 'standing'> & { readonly found: Found }

/** What one host came to. */
export type HostAudit = { readonly host: string } & (
  | { readonly controls: readonly AuditedControl[] }
  | { readonly problem: Problem; readonly problems: readonly Problem[] }
)

/** Plans every host, changes nothing, and tells of each control how it is. Errors in the user's own files end it. */
export const audit = async (requests: readonly ConvergeRequest[], forks: number): Promise<readonly HostAudit[]> => {
  const queue = new PQueue({ concurrency: forks })
  const settled = await Promise.allSettled(requests.map((request) => queue.add(() => auditHost(request))))
  const audits = settled.map(resultOf)
  throwDescriptionProblems(audits.flatMap((each) => ('problems' in each ? each.problems : [])))
  return audits
}

const auditHost = async (request: ConvergeRequest): Promise<HostAudit> => {
  const host = request.host.name
  try {
    const planned = await planOn(request)
    try {
      const controls = controlsOf(request, planned.facts)
      return { host, controls: controls.map((control) => audited(control, planned.planning)) }
    } finally {
      await planned.close()
    }
  } catch (error) {
    const problems = hostProblems(error, host)
    return { host, problem: problems[0], problems }
  }
}

/** Errors: `role.failed` where it goes by something that nobody describes. */
const audited = ({ standing, ...control }: RoleControl, planning: Planning): AuditedControl => {
  if (standing.is === 'machine') return { ...control, found: { state: 'belongs to the machine' } }
  if (standing.is === 'excepted') return { ...control, found: { state: 'excepted', reason: standing.reason } }
  const missing = standing.keys.find((key) => !planning.items.some(({ item }) => item.declaration.key === key))
  if (missing !== undefined) throw new FettleError(undescribed(control, missing))
  const differing = [...resourcesOf(standing.keys, planning), ...unitsBehind(standing.keys, planning)]
  return { ...control, found: differing.length > 0 ? { state: 'not in place', differing } : { state: 'in place' } }
}

const resourcesOf = (keys: readonly string[], { items }: Planning): readonly Differing[] =>
  items.flatMap(({ item, plan }) =>
    keys.includes(item.declaration.key) && plan.differences.length > 0
      ? [{ key: item.declaration.key, differences: plan.differences }]
      : [],
  )

/** What is in its file and not in force is not in place. */
const unitsBehind = (keys: readonly string[], { reactions }: Planning): readonly Differing[] =>
  reactions
    .filter(({ owed, because }) => owed && because.some((key) => keys.includes(key)))
    .map(({ unit, asks }) => ({ key: unit, differences: [{ what: asks, from: 'owed', to: null }] }))

const undescribed = ({ name, role }: Pick<RoleControl, 'name' | 'role'>, key: string): Problem => ({
  code: 'role.failed',
  message: `role "${role}" says that ${key} is its control ${name}, and does not describe it`,
  hint: 'the keys of a control are those of declarations in `resources`',
})

export const outcomeOfAudit = (audit: HostAudit): HostOutcome => {
  if ('problem' in audit) return entryOutcomeOf(audit.problem)
  return audit.controls.some(({ found }) => found.state === 'not in place') ? 'pending' : 'unchanged'
}
