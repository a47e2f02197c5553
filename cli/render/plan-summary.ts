import { type HostPlan, hasWork } from '../../engine/core/event.ts'
import { counted, type Look, paints } from './look.ts'
import { wrapped } from './width.ts'

/** Whether anything would be done anywhere. */
export const isEmptyPlan = (plans: readonly HostPlan[]): boolean => !plans.some(hasWork)

/** `Plan: 3 hosts to change, 5 changes, 1 restart` */
export const planSummary = (plans: readonly HostPlan[], look: Look): string => {
  const paint = paints(look)
  if (isEmptyPlan(plans)) return paint.bold(`Plan: nothing to do on ${counted(plans.length, 'host')}`)
  const hosts = plans.filter(hasWork).length
  const changes = plans.flatMap((plan) => plan.changes)
  const reactions = plans.flatMap((plan) => plan.reactions)
  const removals = changes.filter(({ action }) => action === 'remove').length
  const restarts = reactions.filter(({ asks }) => asks === 'restart').length
  const reloads = reactions.length - restarts
  const of = hosts < plans.length ? ` of ${plans.length}` : ''
  const parts = [
    `${hosts}${of} ${hosts === 1 && !of ? 'host' : 'hosts'} to change`,
    counted(changes.length, 'change') + (removals > 0 ? ` (${counted(removals, 'removal')})` : ''),
    ...(restarts > 0 ? [counted(restarts, 'restart')] : []),
    ...(reloads > 0 ? [counted(reloads, 'reload')] : []),
  ]
  return wrapped(`Plan: ${parts.join(', ')}`, look.columns)
    .map(paint.bold)
    .join('\n')
}
