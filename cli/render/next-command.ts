import type { HostResult } from '../../engine/core/event.ts'
import { type Look, paints } from './look.ts'
import { visibleLine } from './visible.ts'

const mostNames = 8

/** What to run after a failure: the same, on the hosts where it failed. Only a run that may change hosts is remembered. */
export const nextCommand = (results: readonly HostResult[], command: string, look: Look): string[] => {
  const again = results.filter(({ outcome }) => ['failed', 'unreachable', 'cancelled'].includes(outcome))
  const called = visibleLine(command)
    .replace(/^fettle /, '')
    .replace(/ (?:-l ?|--limit[ =])(?:'[^']*'|\S)+/g, '')
  // What was not begun comes after what failed.
  if (called.startsWith('patch') && again.length > 0) return [`Go on with ${paints(look).cyan(`fettle ${called}`)}`]
  const isPlan = called.startsWith('plan')
  if (again.length === 0 || (isPlan && again.length > mostNames)) return []
  const limit = isPlan ? again.map(({ host }) => visibleLine(host)).join(',') : '@last-failed'
  return [`Try these again: ${paints(look).cyan(`fettle ${called} --limit ${limit}`)}`]
}
