import { join } from 'node:path'
import { FettleError } from '../engine/core/error.ts'
import { didYouMean } from '../engine/core/suggest.ts'
import { loadSite } from '../engine/inventory/index.ts'
import type { Job, Schedule } from '../engine/schedule/job.ts'
import { readSchedule } from '../engine/schedule/read.ts'
import { fromHere, siteFolder } from './folders.ts'

/** A site and its jobs. */
export interface JobSite {
  readonly folder: string
  readonly file: string
  readonly name: string
  readonly schedule: Schedule
}

/** Reads the jobs of site.yml, which may run these commands. Errors: those of site.yml. */
export const openJobs = async (commands: readonly string[]): Promise<JobSite> => {
  const folder = siteFolder()
  const file = fromHere(join(folder, 'site.yml'))
  const { name, schedule, notify } = await loadSite(file)
  return { folder, file, name, schedule: readSchedule({ schedule, notify, commands }) }
}

/** Errors: `job.unknown`. */
export const jobNamed = ({ schedule: { jobs }, file }: JobSite, name: string): Job => {
  const job = jobs.find((each) => each.name === name)
  if (job) return job
  const names = jobs.map((each) => each.name)
  const there = names.length > 0 ? `there is ${names.join(', ')}` : 'schedule: of site.yml describes them'
  throw new FettleError({
    code: 'job.unknown',
    message: `${file} has no job "${name}"`,
    hint: didYouMean(name, names) ?? there,
  })
}
