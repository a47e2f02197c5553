import type { HostOutcome } from '../../engine/core/event.ts'
import type { Run } from '../../engine/store/runs.ts'
import type { RunState, StatedRun } from '../run-state.ts'
import { alignedText } from './aligned.ts'
import { momentText } from './clock-text.ts'
import { durationText } from './duration.ts'
import type { Look } from './look.ts'
import { outcomes as order, outcomeWords } from './recap-text.ts'
import { visibleLine } from './visible.ts'

/** Runs for people, one a line; the command comes last, as it may be long. */
export const runsText = (runs: readonly StatedRun[], look: Look): string => alignedText(runs.map(cellsOf), look)

const cellsOf = (run: StatedRun): readonly string[] =>
  [
    run.run,
    run.started ? momentText(run.started.getTime()) : '?',
    authorText(run),
    run.environment ?? '?',
    resultText(run),
    run.duration === null ? '' : durationText(run.duration),
    `fettle ${run.command ?? '?'}`,
  ].map(visibleLine)

/** `ada@laptop`, and the job that it was. */
export const authorText = ({ who, machine, job }: Run): string =>
  (who && machine ? `${who}@${machine}` : '?') + (job ? ` (job ${job})` : '')

const stateWords: Readonly<Record<Exclude<RunState, 'ended'>, string>> = {
  stopped: 'stopped',
  running: 'running',
  interrupted: 'interrupted',
  unknown: 'no end known',
}

/** `2 changed, 1 failed`, and what became of the run where that is not all. */
const resultText = ({ outcomes, state }: StatedRun): string => {
  const counts = order.flatMap((outcome: HostOutcome) => {
    const count = outcomes[outcome] ?? 0
    return count > 0 ? [`${count} ${outcomeWords[outcome]}`] : []
  })
  return [...(state === 'ended' ? [] : [stateWords[state]]), ...counts].join(', ') || 'no hosts'
}
