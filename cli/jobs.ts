import { firstUndecided, nextFirings } from '../engine/schedule/due.ts'
import { jobStates, listJobRuns } from '../engine/store/jobs/runs.ts'
import { jobNamed, openJobs } from './job-site.ts'
import { jsonLine } from './json-line.ts'
import { lookOf } from './output.ts'
import { firingsText, jobsText, logText } from './render/jobs-text.ts'
import { withStore } from './store.ts'
import { say, write } from './write.ts'

interface Options {
  readonly json?: true
}

const nothing = 'site.yml describes no jobs: they are in schedule:'

/** The jobs, how they came out last, and when they are due next. */
export const jobs = async ({ json }: Options, commands: readonly string[]): Promise<void> => {
  const { schedule, name } = await openJobs(commands)
  if (schedule.jobs.length === 0) return say(nothing)
  const states = await withStore((store) => jobStates(store, name))
  const listed = schedule.jobs.map((job) => {
    const state = states.get(job.name) ?? null
    const next = firstUndecided(job, Math.max(state?.decided.getTime() ?? 0, Date.now() - job.jitter))
    return { job, state, next }
  })
  if (!json) return write(jobsText(listed, lookOf(process.stdout, 0)))
  for (const { job, state, next } of listed)
    write(jsonLine({ ...job, state, next: next && { scheduled: iso(next.scheduled), begins: iso(next.begins) } }))
}

const iso = (at: number): string => new Date(at).toISOString()

/** The next firings of all jobs, in order. Nobody needs a memory for that. */
export const nextJobs = async (count: number, { json }: Options, commands: readonly string[]): Promise<void> => {
  const { schedule } = await openJobs(commands)
  if (schedule.jobs.length === 0) return say(nothing)
  const firings = schedule.jobs
    .flatMap((job) => nextFirings(job, Date.now(), count).map((firing) => ({ ...firing, job })))
    .sort((a, b) => a.begins - b.begins)
    .slice(0, count)
  if (!json) return write(firingsText(firings, lookOf(process.stdout, 0)))
  for (const { job, scheduled, begins } of firings)
    write(jsonLine({ job: job.name, scheduled: iso(scheduled), begins: iso(begins), timezone: job.timezone }))
}

export interface LogOptions extends Options {
  readonly limit: number
  readonly verbose: number
}

/** What jobs came to. Errors: `job.unknown`, unless there are runs of one that is described no more. */
export const jobLog = async (
  job: string | undefined,
  { limit, json, verbose }: LogOptions,
  commands: readonly string[],
): Promise<void> => {
  const site = await openJobs(commands)
  const runs = await withStore((store) => listJobRuns(store, { site: site.name, job, limit }))
  if (runs.length === 0 && job !== undefined) jobNamed(site, job)
  if (json) for (const run of runs) write(jsonLine(run))
  else if (runs.length === 0) say('No job has run yet.')
  else write(logText(runs, lookOf(process.stdout, verbose)))
}
