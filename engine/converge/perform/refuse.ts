import { FettleError, type Problem } from '../../core/error.ts'
import type { PlannedItem, Planning, PlanRequest } from '../plan/planning.ts'
import { wasRefused } from '../plan/refused.ts'
import { directory, type LeftStep, nameOf } from '../state/detached.ts'

interface Circumstances {
  readonly request: PlanRequest
  /** Somebody approved exactly this plan. */
  readonly approved: boolean
  readonly left: readonly LeftStep[]
}

/** What must not be done, although it differs. Errors: `plan.changed`, `guard.refused`, `step.interrupted`. */
export const refuse = (
  planned: PlannedItem,
  current: PlannedItem,
  { request, approved, left }: Circumstances,
): void => {
  const isAnnounced = planned.plan.steps.length > 0 || planned.provisional
  if (approved && !isAnnounced) throw new FettleError(unannounced(current))
  if (!approved && wasRefused(current, request.manifest)) throw new FettleError(refused(current))
  const torn = left.find((each) => each.once && each.state === 'interrupted' && doesAgain(current, each))
  if (torn) throw new FettleError(interrupted(torn))
}

/** A plan that was made anew holds nothing that the one somebody approved did not announce. Errors: `plan.changed`. */
export const refuseNew = (approved: Planning, current: Planning): void => {
  const announced = new Set(
    approved.items
      .filter(({ plan, provisional }) => plan.steps.length > 0 || provisional)
      .map(({ item }) => item.declaration.key),
  )
  const fresh = current.items.find(({ item, plan }) => plan.steps.length > 0 && !announced.has(item.declaration.key))
  if (fresh) throw new FettleError(unannounced(fresh))
}

const doesAgain = ({ plan }: PlannedItem, { name }: LeftStep): boolean =>
  plan.steps.some((step) => step.does === 'run' && nameOf(step) === name)

const unannounced = ({ item, plan }: PlannedItem): Problem => ({
  code: 'plan.changed',
  message: `${item.declaration.key} needs a change that the plan had not announced`,
  detail: plan.steps.map((step) => step.title).join('\n'),
  hint: 'the host changed since it was planned, or a step had an effect nobody declared: look at a new plan',
})

const refused = ({ item, plan }: PlannedItem): Problem => ({
  code: 'guard.refused',
  message: `${item.declaration.key} cut the way in when it was last tried, and is not tried again unattended`,
  detail: plan.steps.map((step) => step.title).join('\n'),
  hint: 'mend what it says, or approve it by hand: run provision without --yes',
})

const interrupted = ({ name, title, said }: LeftStep): Problem => ({
  code: 'step.interrupted',
  message: `"${title}" was cut short in the middle, and must not be done twice`,
  ...(said !== '' && { detail: `the last that it said: ${said}` }),
  hint: `find out how far it came, bring it to an end by hand, then forget it: rm -r ${directory}/${name}`,
})
