import type { AuditedControl, Differing } from '../../engine/rollout/audit.ts'
import { counted } from './look.ts'

type Counts = Readonly<Record<AuditedControl['found']['state'], number>>

/** `28 controls in place, 1 not, 2 excepted, 12 belong to the machine` */
export const countText = (controls: readonly AuditedControl[]): string => {
  const counts: Counts = Object.fromEntries(
    (['in place', 'not in place', 'excepted', 'belongs to the machine'] as const).map((state) => [
      state,
      controls.filter(({ found }) => found.state === state).length,
    ]),
  ) as Counts
  const parts: readonly (readonly [number, string])[] = [
    [counts['not in place'], 'not'],
    [counts.excepted, 'excepted'],
    [counts['belongs to the machine'], 'the machine’s'],
  ]
  const rest = parts.flatMap(([count, words]) => (count > 0 ? [`${count} ${words}`] : []))
  return [`${counted(counts['in place'], 'control')} in place`, ...rest].join(', ')
}

/** What of a resource is not as described, one line for each. */
export const differingLines = ({ key, differences }: Differing): readonly string[] =>
  differences.map(({ what, from, to, text }) => {
    if (key.startsWith('command:')) return `${key}: not done`
    if (text && from !== null) return `${key}: ${what} is not as described`
    return `${key}: ${what} is ${from === null ? 'absent' : from}${text ? '' : `, not ${to ?? 'absent'}`}`
  })

/** What there is to say of a control besides its state. */
export const detailLines = ({ found }: AuditedControl): readonly string[] => {
  if (found.state === 'excepted') return [found.reason]
  return found.state === 'not in place' ? found.differing.flatMap(differingLines) : []
}
