import type { JobRun } from '../../core/job-run.ts'
import type { Notice } from '../ports.ts'

/** What is told, for programs and for people. */
export interface Message {
  readonly event: object
  readonly subject: string
  readonly text: string
}

/** Words for what happened to a job of a site. */
export const messageOf = (site: string, { job, happened, run, succeeded }: Notice, at: Date): Message => {
  const subject = `[${site}] job ${job} ${words[happened](run)}`
  const facts = [
    ...(run ? [`Due ${run.scheduled.toISOString()}, started ${run.started.toISOString()} by ${run.runner.who}`] : []),
    ...(run && run.attempt > 1 ? [`Attempt ${run.attempt}`] : []),
    ...(happened === 'absent' ? [`Succeeded last: ${succeeded?.toISOString() ?? 'never'}`] : []),
    ...(run?.run ? [`fettle runs show ${run.run}`] : []),
  ]
  const said = run?.output ? `\n${run.output}` : ''
  const event = { type: `job.${happened}`, site, job, at: at.toISOString(), run, succeeded }
  return { event, subject, text: `${[subject, '', ...facts].join('\n')}\n${said}` }
}

const outcomeOf = (run: JobRun | null): string => {
  if (run?.outcome === 'pending') return 'found changes pending'
  if (run?.outcome === 'timed-out') return 'took too long'
  if (run?.outcome === 'interrupted') return 'was interrupted'
  return run?.exit ? `failed with exit status ${run.exit}` : 'failed'
}

const words: Readonly<Record<Notice['happened'], (run: JobRun | null) => string>> = {
  failed: outcomeOf,
  recovered: () => 'is well again',
  absent: () => 'has not run as expected',
}
