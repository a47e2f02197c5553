import type { HostOutcome, HostResult } from '../../engine/core/event.ts'
import { groupBy } from '../../engine/core/group-by.ts'
import { durationText } from './duration.ts'
import { type FailedStep, failureTexts } from './failures.ts'
import { counted, isWhole, type Look, paints } from './look.ts'
import { namesWithin } from './names.ts'
import { nextCommand } from './next-command.ts'
import { visibleLine } from './visible.ts'
import { padded, width } from './width.ts'

/** What a run came to, besides its results. */
export interface RunSummary {
  /** As it was called. */
  readonly command: string
  /** Milliseconds. */
  readonly duration: number
  /** The step that failed on a host, where one did. */
  readonly failedSteps: ReadonlyMap<string, FailedStep>
}

/** The worst last, where the eye ends up. */
export const outcomes: readonly HostOutcome[] = [
  'changed',
  'pending',
  'unchanged',
  'cancelled',
  'unreachable',
  'failed',
]

export const outcomeWords: Readonly<Record<HostOutcome, string>> = {
  unchanged: 'in order',
  changed: 'changed',
  pending: 'pending',
  failed: 'failed',
  unreachable: 'unreachable',
  cancelled: 'cancelled',
}

/** The end of a run: what changed where, failures once more and whole, the totals, and what to run next. */
export const recapText = (results: readonly HostResult[], summary: RunSummary, look: Look): string =>
  [resultsText(results, summary, look), ...nextCommand(results, summary.command, look)].join('\n')

/** The same of a run that nobody is about to repeat. */
export const resultsText = (
  results: readonly HostResult[],
  summary: Omit<RunSummary, 'command'>,
  look: Look,
): string => {
  const rows = recapRows(results, look)
  const failures = failureTexts(byOutcome(results), summary.failedSteps, look)
  const parts = [rows.join('\n'), ...failures, totals(results, summary, look)]
  return parts.filter((part) => part !== '').join('\n\n')
}

interface Row {
  readonly results: readonly HostResult[]
  readonly outcome: HostOutcome
  readonly detail: string
}

const mostRows = 10

/** Hosts with the same story share a row; when the stories are too many, hosts with the same outcome do. */
const rowsOf = (results: readonly HostResult[], look: Look): Row[] => {
  const telling = byOutcome(results).filter(tells)
  const detailed = [...groupBy(telling, (result) => `${result.outcome} ${detailOf(result)}`).values()]
  const few = detailed.length <= mostRows || isWhole(look)
  const groups = few ? detailed : [...groupBy(telling, ({ outcome }) => outcome).values()]
  return groups.map((group) => {
    const [{ outcome }] = group as [HostResult]
    return { results: group, outcome, detail: few ? detailOf(group[0] as HostResult) : sumOf(group) }
  })
}

const byOutcome = (results: readonly HostResult[]): HostResult[] =>
  outcomes.flatMap((outcome) => results.filter((result) => result.outcome === outcome))

const tells = ({ outcome, owed }: HostResult): boolean => outcome !== 'unchanged' || owed.length > 0

const detailOf = ({ changed, reacted, owed }: HostResult): string => {
  const parts = [
    ...(changed > 0 ? [counted(changed, 'change')] : []),
    ...(reacted > 0 ? [counted(reacted, 'reaction')] : []),
    ...(owed.length > 0 ? [`still owed: ${owed.map(visibleLine).join(', ')}`] : []),
  ]
  return parts.join(', ')
}

const sumOf = (results: readonly HostResult[]): string => {
  const sum = (of: (result: HostResult) => number) => results.reduce((total, result) => total + of(result), 0)
  const owed = [...new Set(results.flatMap((result) => result.owed))]
  return detailOf({
    ...(results[0] as HostResult),
    changed: sum((one) => one.changed),
    reacted: sum((one) => one.reacted),
    owed,
  })
}

const recapRows = (results: readonly HostResult[], look: Look): string[] => {
  const rows = rowsOf(results, look)
  if (rows.length === 0) return []
  const room = isWhole(look) ? Number.POSITIVE_INFINITY : Math.max(12, Math.floor(look.columns / 2) - 4)
  const names = rows.map((row) =>
    visibleLine(
      namesWithin(
        row.results.map(({ host }) => host),
        room,
      ),
    ),
  )
  const longest = Math.min(room, Math.max(...names.map(width)))
  return rows.map(({ outcome, detail }, index) => {
    const word = colored(outcome, look)(padded(outcomeWords[outcome], 'unreachable'.length))
    return `  ${paints(look).bold(padded(names[index] ?? '', longest))}  ${word}  ${detail}`.trimEnd()
  })
}

const colored = (outcome: HostOutcome, look: Look): ((text: string) => string) => {
  const paint = paints(look)
  const colors: Readonly<Record<HostOutcome, (text: string) => string>> = {
    unchanged: paint.green,
    changed: paint.yellow,
    pending: paint.yellow,
    failed: paint.red,
    unreachable: paint.red,
    cancelled: paint.magenta,
  }
  return colors[outcome]
}

const totals = (results: readonly HostResult[], { duration }: Pick<RunSummary, 'duration'>, look: Look): string => {
  const counts = outcomes.flatMap((outcome) => {
    const hosts = results.filter((result) => result.outcome === outcome).map(({ host }) => host)
    return hosts.length > 0 ? [{ outcome, hosts }] : []
  })
  const isQuiet = counts.every(({ outcome }) => outcome === 'unchanged')
  const [bold, time] = [paints(look).bold, durationText(duration)]
  if (isQuiet) return bold(`Nothing to do: ${counted(results.length, 'host')} in order, ${time}`)
  const parts = counts.map(
    ({ outcome, hosts }) => colored(outcome, look)(`${hosts.length} ${outcomeWords[outcome]}`) + whose(outcome, hosts),
  )
  return `${bold(`${counted(results.length, 'host')}:`)} ${parts.join(', ')}, ${time}`
}

/** Those who need looking at are named where the eye ends up. */
const whose = (outcome: HostOutcome, hosts: readonly string[]): string =>
  outcome === 'failed' || outcome === 'unreachable' ? ` (${namesWithin(hosts, 24)})` : ''
