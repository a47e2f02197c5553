import type { JobRun } from '../../engine/core/job-run.ts'
import type { SchedulerEvent } from '../../engine/schedule/ports.ts'
import { momentText, timeText } from './clock-text.ts'
import { durationText } from './duration.ts'
import { outcomeText } from './jobs-text.ts'
import { counted, type Look } from './look.ts'
import { problemText } from './problem-text.ts'
import { visibleLine } from './visible.ts'

/** What a scheduler does, for people: one line each, and mistakes with their place. */
export const schedulerText = (event: SchedulerEvent, look: Look): string =>
  event.type === 'trouble'
    ? problemText(event.problem, look)
    : `${timeText(Date.now())}  ${visibleLine(wordsOf(event))}`

const wordsOf = (event: Exclude<SchedulerEvent, { type: 'trouble' }>): string => {
  switch (event.type) {
    case 'scheduler.started':
      return `started with ${jobsText(event.jobs)}`
    case 'scheduler.reread':
      return `site.yml has changed: ${jobsText(event.jobs)}`
    case 'scheduler.stopping':
      return event.running.length > 0 ? `stopping when these have ended: ${event.running.join(', ')}` : 'stopping'
    case 'scheduler.stopped':
      return 'stopped'
    case 'job.started':
      return `${event.run.job}: ${startedText(event.run)}`
    case 'job.ended':
      return `${event.run.job}: ${outcomeText(event.run)}${againText(event.run)}`
    case 'job.skipped':
      return `${event.run.job}: skipped, as the one before is still under way`
    case 'job.interrupted':
      return `${event.run.job}: interrupted, ${event.run.runner.who} (process ${event.run.runner.process.pid}) has not been heard of${againText(event.run)}`
    case 'job.lost':
      return `${event.run.job}: ended here, as it was taken for dead by another scheduler`
    case 'job.notified':
      return `${event.notice.job}: told ${event.channel} (${event.notice.happened})`
    default:
      return event satisfies never
  }
}

const jobsText = (jobs: readonly string[]): string =>
  `${counted(jobs.length, 'job')}${jobs.length > 0 ? `: ${jobs.join(', ')}` : ''}`

const startedText = ({ scheduled, attempt, missed }: JobRun): string => {
  const late = Date.now() - scheduled.getTime()
  const parts = [
    attempt > 1 ? `attempt ${attempt}` : '',
    late > 60_000 ? `due since ${momentText(scheduled.getTime())}` : '',
    missed > 0 ? `making up for ${counted(missed, 'firing')} before` : '',
  ].filter((part) => part !== '')
  return ['started', ...parts].join(', ')
}

const againText = ({ retry, ended }: JobRun): string =>
  retry && ended ? `, anew in ${durationText(retry.getTime() - ended.getTime())}` : ''
