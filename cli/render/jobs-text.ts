import type { JobOutcome, JobRun, JobState } from '../../engine/core/job-run.ts'
import type { Firing } from '../../engine/schedule/due.ts'
import type { Job } from '../../engine/schedule/job.ts'
import { alignedText } from './aligned.ts'
import { momentText } from './clock-text.ts'
import { durationText } from './duration.ts'
import { type Look, paints } from './look.ts'
import { visibleLine, visibleText } from './visible.ts'

export const outcomeWords: Readonly<Record<JobOutcome, string>> = {
  succeeded: 'succeeded',
  pending: 'changes pending',
  failed: 'failed',
  'timed-out': 'timed out',
  interrupted: 'interrupted',
  skipped: 'skipped',
}

/** `failed (exit status 1) after 3.2 s: 20261126T0300...` */
export const outcomeText = ({ outcome, exit, duration, run }: JobRun): string => {
  if (outcome === null) return 'running'
  const status = outcome === 'failed' ? (exit === null ? ' (killed)' : ` (exit status ${exit})`) : ''
  const took = duration === null ? '' : ` after ${durationText(duration)}`
  return `${outcomeWords[outcome]}${status}${took}${run ? `: run ${run}` : ''}`
}

/** A job, what is remembered of it, and its next firing. */
export interface ListedJob {
  readonly job: Job
  readonly state: JobState | null
  readonly next: Firing | null
}

export const jobsText = (jobs: readonly ListedJob[], look: Look): string =>
  alignedText(
    jobs.map(({ job, state, next }) => [
      ...[job.name, job.at, job.timezone, lastText(state)],
      ...[next ? `next ${momentText(next.begins)}` : 'never again', `fettle ${job.run.join(' ')}`].map(visibleLine),
    ]),
    look,
  )

const lastText = (state: JobState | null): string => {
  if (state?.running) return `running since ${momentText(state.running.started.getTime())}`
  const last = state?.last
  return last?.outcome
    ? `${outcomeWords[last.outcome]} ${momentText((last.ended ?? last.started).getTime())}`
    : 'has not run'
}

/** Firings in the time zones of their jobs. */
export const firingsText = (firings: readonly (Firing & { readonly job: Job })[], look: Look): string =>
  alignedText(
    firings.map(({ job, begins }) => [timeIn(job.timezone, begins), job.timezone, job.name]),
    look,
  )

/** `2026-11-27 03:00:00` */
const timeIn = (timeZone: string, at: number): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(at)

/** What jobs came to, one a line; for those who want more, with what they said last. */
export const logText = (runs: readonly JobRun[], look: Look): string => {
  const lines = alignedText(runs.map(cellsOf), {
    ...look,
    columns: look.verbose > 0 ? Number.POSITIVE_INFINITY : look.columns,
  })
  if (look.verbose === 0) return lines
  return lines
    .split('\n')
    .map((line, index) => [line, ...saidLines(runs[index], look)].join('\n'))
    .join('\n')
}

const cellsOf = (run: JobRun): readonly string[] => [
  momentText(run.started.getTime()),
  run.job,
  run.cause === 'hand' ? 'by hand' : `due ${momentText(run.scheduled.getTime())}`,
  [run.attempt > 1 ? `attempt ${run.attempt}` : '', run.missed > 0 ? `${run.missed} missed` : '']
    .filter(Boolean)
    .join(', '),
  visibleLine(run.runner.who),
  visibleLine(outcomeText(run)),
]

const saidLines = (run: JobRun | undefined, look: Look): readonly string[] =>
  run?.output
    ? visibleText(run.output.trimEnd())
        .split('\n')
        .map((line) => paints(look).dim(`  | ${line}`))
    : []
