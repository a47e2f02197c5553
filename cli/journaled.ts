import { FettleError } from '../engine/core/error.ts'
import type { Emit, Event, Revision } from '../engine/core/event.ts'
import { openJournal } from '../engine/store/journal.ts'
import { journalFolder } from './folders.ts'
import { masked } from './masking.ts'

export interface Journaling {
  readonly run: string
  /** The site's folder. */
  readonly folder: string
  /** Asked for before, so that nobody waits for it. */
  readonly revision: Promise<Revision | null>
  readonly show: Emit
}

/** Does a run's work, and writes down without secrets whatever is said of it. */
export const journaled = async <Result>(
  { run, folder, revision, show }: Journaling,
  work: (emit: Emit) => Promise<Result>,
): Promise<Result> => {
  const journal = openJournal(journalFolder(folder), run)
  const record = (event: Event) => journal.record(masked(event))
  const known = revision.then((found) => record({ type: 'site.revision', revision: found }))
  const tell = (event: Event) => {
    if (event.type !== 'step.progress') record(event)
    show(event)
  }
  try {
    return await work(tell)
  } catch (error) {
    // What is no trouble of the user's world is reported as a bug, with all that there is to know of it.
    const problems = error instanceof FettleError ? error.problems : []
    tell({ type: 'run.failed', run, problems })
    throw error
  } finally {
    await known
    await journal.close()
  }
}
