import type { HostResult } from '../../engine/core/event.ts'
import { type Look, paints } from './look.ts'
import { visibleLine } from './visible.ts'

/** What to run after a failure: the same, on the hosts where it failed. */
export const nextCommand = (results: readonly HostResult[], command: string, look: Look): string[] => {
  const again = results.some(({ outcome }) => ['failed', 'unreachable', 'cancelled'].includes(outcome))
  if (!again) return []
  const called = visibleLine(command)
    .replace(/^fettle /, '')
    .replace(/ (?:-l|--limit)[ =]\S+/g, '')
  return [`Try these again: ${paints(look).cyan(`fettle ${called} --limit @last-failed`)}`]
}
