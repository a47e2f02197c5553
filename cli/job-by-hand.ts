import { FettleError } from '../engine/core/error.ts'
import type { JobRun } from '../engine/core/job-run.ts'
import { attempt } from '../engine/schedule/attempt.ts'
import type { SchedulerEvent } from '../engine/schedule/ports.ts'
import { exitCode } from './exit-codes.ts'
import { interruption } from './interruption.ts'
import { runOf, startJob } from './job-around.ts'
import { ledgerOf } from './job-ledger.ts'
import { jobNamed, openJobs } from './job-site.ts'
import { storeInTurn } from './job-store.ts'
import { durationText } from './render/duration.ts'
import { outcomeWords } from './render/jobs-text.ts'
import { say } from './write.ts'

/** Milliseconds after which whoever runs a job by hand, and was not heard of, is taken for dead. */
const lease = 60_000

/** Runs a job now, here, and shows what it says. Errors: `job.unknown`, `job.running`. */
export const runJob = async (name: string, commands: readonly string[]): Promise<void> => {
  const site = await openJobs(commands)
  const job = jobNamed(site, name)
  const ledger = ledgerOf({ site: site.name, cause: 'hand', lease, withStore: storeInTurn(), jobNamed: () => job })
  await ledger.register([job], new Date())
  const { run } = await ledger.claim(job, { scheduled: Date.now(), missed: 0 })
  if (!run) throw await runningAlready(name, async () => (await ledger.states()).get(name)?.running ?? null)
  const started = attempt(job, run, {
    ...{ ledger, lease, now: Date.now, notify: async () => {}, runOf: runOf(site.folder) },
    start: () => startJob(job, site.folder, (stream, chunk) => void process[stream].write(chunk)),
    tell: sayTrouble,
  })
  interruption().addEventListener('abort', () => started.stop())
  const ended = await started.ended
  if (ended?.outcome === 'succeeded') await ledger.isToBeTold(name, 'well')
  if (ended) say(`${name}: ${outcomeWords[ended.outcome ?? 'failed']} after ${durationText(ended.duration ?? 0)}`)
  process.exitCode = ended?.exit ?? (interruption().aborted ? exitCode.interrupted : exitCode.error)
}

const runningAlready = async (name: string, find: () => Promise<JobRun | null>): Promise<FettleError> => {
  const running = await find()
  return new FettleError({
    code: 'job.running',
    message: `job "${name}" is under way${running ? ` since ${running.started.toISOString()}` : ''}`,
    ...(running && { detail: `${running.runner.who}, process ${running.runner.process.pid}, has it` }),
    hint: 'a job does not overlap with itself: wait until it has ended; fettle jobs shows it',
  })
}

const sayTrouble = (event: SchedulerEvent): void => {
  if (event.type === 'trouble') say(`warning: ${event.problem.message}`)
  if (event.type === 'job.lost') say('warning: somebody has taken this job over, so it is ended here')
}
