import { expect, test } from 'vitest'
import { schedulerText } from '../../../cli/render/scheduler-text.ts'
import type { JobRun } from '../../../engine/core/job-run.ts'
import type { SchedulerEvent } from '../../../engine/schedule/ports.ts'

const scheduled = new Date()
const run: JobRun = {
  ...{ job: 'nightly', scheduled, attempt: 1, cause: 'clock', missed: 0, fence: 7, started: scheduled, ended: null },
  runner: { who: 'ada@desk', machine: 'desk', process: { pid: 12, began: null } },
  ...{ outcome: null, exit: null, duration: null, run: null, output: null, retry: null },
}
const failed: JobRun = { ...run, outcome: 'failed', exit: 3, duration: 3200, ended: scheduled }
const again = { ...failed, retry: new Date(scheduled.getTime() + 60_000) }

test.each<[SchedulerEvent, string]>([
  [{ type: 'scheduler.started', jobs: ['a', 'b'] }, 'started with 2 jobs: a, b'],
  [{ type: 'scheduler.reread', jobs: [] }, 'site.yml has changed: 0 jobs'],
  [{ type: 'scheduler.stopping', running: ['a'] }, 'stopping when these have ended: a'],
  [{ type: 'scheduler.stopping', running: [] }, 'stopping'],
  [{ type: 'job.started', run }, 'nightly: started'],
  [
    { type: 'job.started', run: { ...run, attempt: 2, missed: 3 } },
    'nightly: started, attempt 2, making up for 3 firings before',
  ],
  [{ type: 'job.ended', run: failed }, 'nightly: failed (exit status 3) after 3.2 s'],
  [{ type: 'job.ended', run: again }, 'nightly: failed (exit status 3) after 3.2 s, anew in 1 min 00 s'],
  [
    { type: 'job.ended', run: { ...failed, outcome: 'succeeded', exit: 0, run: '20260101T000000-000000' } },
    'nightly: succeeded after 3.2 s: run 20260101T000000-000000',
  ],
  [
    { type: 'job.interrupted', run: { ...run, outcome: 'interrupted' } },
    'nightly: interrupted, ada@desk (process 12) has not been heard of',
  ],
  [{ type: 'job.skipped', run }, 'nightly: skipped, as the one before is still under way'],
])('$0.type', (event, words) => {
  const look = { columns: Number.POSITIVE_INFINITY, color: false, verbose: 0 }
  expect(schedulerText(event, look)).toMatch(/^\d\d:\d\d:\d\d {2}/)
  expect(schedulerText(event, look).slice(10)).toBe(words)
})
