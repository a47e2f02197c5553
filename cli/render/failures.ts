import type { Problem } from '../../engine/core/error.ts'
import type { HostResult } from '../../engine/core/event.ts'
import { groupBy } from '../../engine/core/group-by.ts'
import { counted, isWhole, type Look, paints } from './look.ts'
import { problemText } from './problem-text.ts'
import { visibleLine } from './visible.ts'

export interface FailedStep {
  readonly key: string
  readonly title: string
}

const mostFailures = 10

/** Every failure whole, once for all hosts that share it. */
export const failureTexts = (
  results: readonly HostResult[],
  steps: ReadonlyMap<string, FailedStep>,
  look: Look,
): string[] => {
  const failed = results.flatMap(({ host, problem }) => (problem ? [{ host, problem, step: steps.get(host) }] : []))
  const groups = [
    ...groupBy(failed, ({ problem, step }) => JSON.stringify([{ ...problem, host: null }, step])).values(),
  ]
  const shown = isWhole(look) ? groups : groups.slice(0, mostFailures)
  const left = groups.length - shown.length
  return [
    ...shown.map((group) => {
      const [{ problem, step }] = group as [(typeof failed)[number]]
      return failureText(
        problem,
        step,
        group.map(({ host }) => host),
        look,
      )
    }),
    ...(left > 0 ? [paints(look).dim(`(${counted(left, 'more problem')}; -v shows all)`)] : []),
  ]
}

const failureText = (problem: Problem, step: FailedStep | undefined, hosts: readonly string[], look: Look): string =>
  problemText(problem, look, { hosts, ...(step && { step: `${visibleLine(step.title)} (${visibleLine(step.key)})` }) })
