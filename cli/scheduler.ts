import { statSync } from 'node:fs'
import { join } from 'node:path'
import { schedule as tickBy } from 'node-cron'
import { FettleError } from '../engine/core/error.ts'
import type { SchedulerEvent } from '../engine/schedule/ports.ts'
import { Scheduler } from '../engine/schedule/scheduler.ts'
import { siteFolder } from './folders.ts'
import { interruption } from './interruption.ts'
import { runOf, startJob } from './job-around.ts'
import { ledgerOf } from './job-ledger.ts'
import { type JobSite, openJobs } from './job-site.ts'
import { storeInTurn } from './job-store.ts'
import { jsonLine } from './json-line.ts'
import { masked } from './masking.ts'
import { type Channels, notify, openChannels } from './notify.ts'
import type { Listening } from './options.ts'
import { lookOf } from './output.ts'
import { schedulerText } from './render/scheduler-text.ts'
import { answer } from './scheduler-health.ts'
import { write } from './write.ts'

export interface SchedulerOptions {
  /** Milliseconds. */
  readonly grace: number
  /** Milliseconds. */
  readonly lease: number
  readonly json?: true
  readonly listen?: Listening
}

/** Starts the jobs of the site when they are due, until it is asked to end. */
export const scheduler = async (options: SchedulerOptions, commands: readonly string[]): Promise<void> => {
  const stopped = interruption()
  const tell = teller(options)
  // What changes while it is read has changed.
  const changed = changesOf(join(siteFolder(), 'site.yml'))
  let site = await openJobs(commands)
  let channels = await openChannels(site)
  const { folder, name } = site
  const jobNamed = (job: string) => site.schedule.jobs.find((each) => each.name === job)
  const ledger = ledgerOf({ site: name, cause: 'clock', lease: options.lease, withStore: storeInTurn(), jobNamed })
  const running = new Scheduler({
    ...{ ledger, lease: options.lease, now: Date.now, tell, runOf: runOf(folder) },
    start: (job) => startJob(job, folder),
    notify: (job, notice) => notify({ site, channels, tell }, job, notice),
  })
  await running.load(site.schedule)
  const answering = options.listen && (await answer(options.listen, () => running.state))
  tell({ type: 'scheduler.started', jobs: namesOf(site) })
  const look = async () => {
    if (changed()) [site, channels] = (await reread(running, commands, tell, name)) ?? [site, channels]
    await running.tick()
  }
  await ticking(look, stopped)
  await running.stop(AbortSignal.timeout(options.grace))
  answering?.close()
}

const namesOf = ({ schedule }: JobSite): readonly string[] => schedule.jobs.map((job) => job.name)

const silent = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} }

/** Looks every second until the signal. Errors: those of a look. */
const ticking = async (look: () => Promise<void>, signal: AbortSignal): Promise<void> => {
  const failed = new AbortController()
  const act = () => look().catch((error) => failed.abort(error))
  // Its words on clocks that were late are not for those who read about jobs.
  const task = tickBy('* * * * * *', act, { timezone: 'Etc/UTC', noOverlap: true, logger: silent })
  const end = AbortSignal.any([signal, failed.signal])
  if (!end.aborted) await new Promise((resolve) => end.addEventListener('abort', resolve, { once: true }))
  await task.destroy()
  if (failed.signal.aborted) throw failed.signal.reason
}

/** Tells whether a file is another one than when it was asked last. */
const changesOf = (file: string): (() => boolean) => {
  const stamp = () => {
    const { ino, mtimeMs, size } = statSync(file, { throwIfNoEntry: false }) ?? {}
    return `${ino} ${mtimeMs} ${size}`
  }
  let last = stamp()
  return () => {
    const before = last
    last = stamp()
    return before !== last
  }
}

/** Takes over a site.yml that has changed; one with mistakes in it is told, and the former one goes on. */
const reread = async (
  running: Scheduler,
  commands: readonly string[],
  tell: Tell,
  name: string,
): Promise<[JobSite, Channels] | null> => {
  try {
    const site = await openJobs(commands)
    if (site.name !== name) throw renamed(site)
    const channels = await openChannels(site)
    await running.load(site.schedule)
    tell({ type: 'scheduler.reread', jobs: namesOf(site) })
    return [site, channels]
  } catch (error) {
    if (!(error instanceof FettleError)) throw error
    for (const problem of error.problems) tell({ type: 'trouble', problem })
    return null
  }
}

const renamed = ({ file, name }: JobSite): FettleError =>
  new FettleError({
    code: 'site.invalid',
    message: `the site is called "${name}" now`,
    position: { file },
    hint: 'restart the scheduler: jobs are remembered by the name of their site',
  })

type Tell = (event: SchedulerEvent) => void

const teller =
  ({ json }: SchedulerOptions): Tell =>
  (event) => {
    const shown = masked(event)
    if (json) write(jsonLine({ at: new Date().toISOString(), ...shown }))
    else write(schedulerText(shown, lookOf(process.stdout, 0)))
  }
