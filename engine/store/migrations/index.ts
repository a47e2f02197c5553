import { runs } from './0001-runs.ts'
import { observers } from './0002-observers.ts'
import { jobs } from './0003-jobs.ts'

/** In order; the format of a store is how many of them it has had. Never changed, only added to. */
export const migrations: readonly string[] = [runs, observers, jobs]
