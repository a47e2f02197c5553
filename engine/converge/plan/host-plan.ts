import type { HostPlan, PlannedChange } from '../../core/event.ts'
import type { PlannedItem, Planning } from './planning.ts'

/** A plan as it is told: only what differs. */
export const hostPlan = (host: string, planning: Planning, out: readonly number[] = []): HostPlan => ({
  host,
  changes: planning.items.filter(({ plan }) => plan.differences.length > 0).map(plannedChange),
  reactions: planning.reactions.map(({ unit, asks, because, owed }) => ({ unit, asks, because, owed })),
  notices: [...planning.notices, ...out.map(outNotice)],
  ...(out.length > 0 && { out }),
})

const outNotice = (port: number): string =>
  `the instance on port ${port} was taken out of rotation by a run that did not put it back: this one does`

export const plannedChange = ({ item, plan, provisional }: PlannedItem): PlannedChange => ({
  key: item.declaration.key,
  role: item.role,
  action: plan.action,
  differences: plan.differences,
  steps: plan.steps.map((step) => step.title),
  provisional,
})
