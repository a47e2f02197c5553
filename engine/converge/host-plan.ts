import type { HostPlan, PlannedChange } from '../core/event.ts'
import type { PlannedItem, Planning } from './planning.ts'

/** A plan as it is told: only what differs. */
export const hostPlan = (host: string, planning: Planning): HostPlan => ({
  host,
  changes: planning.items.filter(({ plan }) => plan.differences.length > 0).map(plannedChange),
  reactions: planning.reactions.map(({ unit, asks, because, owed }) => ({ unit, asks, because, owed })),
  notices: planning.notices,
})

export const plannedChange = ({ item, plan, provisional }: PlannedItem): PlannedChange => ({
  key: item.declaration.key,
  role: item.role,
  action: plan.action,
  differences: plan.differences,
  steps: plan.steps.map((step) => step.title),
  provisional,
})
