import { type Command, startChild } from '../engine/schedule/child.ts'
import type { Job } from '../engine/schedule/job.ts'
import type { Child } from '../engine/schedule/ports.ts'
import { runOfJob } from '../engine/store/journal.ts'
import { journalFolder } from './folders.ts'

/** Starts a job as a process of this installation, which knows by its environment that it is one. */
export const startJob = (job: Job, folder: string, hear?: Command['hear']): Child => {
  const program = process.argv[1] ?? ''
  const argv = [process.execPath, ...process.execArgv, program, ...job.run] as const
  return startChild({ argv, folder, env: { FETTLE_JOB: job.name }, ...(hear && { hear }) })
}

/** The run that a job's process made, if it made one. */
export const runOf =
  (folder: string) =>
  (job: string, pid: number): string | null =>
    runOfJob(journalFolder(folder), job, pid)
