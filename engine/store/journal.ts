import {
  closeSync,
  fdatasync as fdatasyncCallback,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Emit, Event, HostOutcome, HostResult } from '../core/event.ts'

/** The record of one run: one event a line, only ever appended. */
export interface Journal {
  readonly record: Emit
  close(): Promise<void>
}

const fdatasync = promisify(fdatasyncCallback)

const durable: ReadonlySet<Event['type']> = new Set(['step.intended', 'step.failed', 'run.failed'])

/** What must survive a crash of this machine: what is about to be done, and what came of it. Where nothing is done, nothing must. */
const isDurable = (event: Event): boolean => {
  if (event.type === 'host.done') return event.result.outcome !== 'unchanged'
  if (event.type === 'run.finished') return event.results.some(({ outcome }) => outcome !== 'unchanged')
  return durable.has(event.type) || event.type.startsWith('release.')
}

const unfinished: ReadonlySet<HostOutcome> = new Set(['failed', 'unreachable', 'cancelled'])

/**
 * Opens `FOLDER/RUN.ndjson`, readable by its owner alone. An event outlives this process at once, and a crash of this
 * machine as soon as the disk has taken it; nobody waits for that but who closes.
 */
export const openJournal = (folder: string, run: string): Journal => {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const descriptor = openSync(join(folder, `${run}.ndjson`), 'ax', 0o600)
  let due = false
  let syncing: Promise<void> | undefined
  const sync = async () => {
    while (due) {
      due = false
      await fdatasync(descriptor)
    }
    syncing = undefined
  }
  return {
    record: (event) => {
      writeSync(descriptor, `${JSON.stringify({ at: new Date().toISOString(), ...event })}\n`)
      if (!isDurable(event)) return
      due = true
      syncing ??= sync()
    },
    close: async () => {
      await syncing
      closeSync(descriptor)
    },
  }
}

/** Hosts that failed, were not reached or were interrupted in the newest run that ended; none where no run is recorded. */
export const lastFailed = (folder: string): readonly string[] => {
  for (const file of journalFiles(folder).reverse()) {
    const results = finalResults(readFileSync(join(folder, file), 'utf8'))
    if (results) return results.filter(({ outcome }) => unfinished.has(outcome)).map(hostOf)
  }
  return []
}

/** How many of the newest journals are looked into. */
const recent = 50

/** The run that a process made for a job, if it made one lately. */
export const runOfJob = (folder: string, job: string, pid: number): string | null => {
  for (const file of journalFiles(folder).slice(-recent).reverse()) {
    const event = eventOf(readFileSync(join(folder, file), 'utf8').split('\n', 1)[0] ?? '')
    if (event?.type === 'run.started' && event.by?.job === job && event.by.process.pid === pid) return event.run
  }
  return null
}

const hostOf = ({ host }: HostResult): string => host

/** Run names begin with their time, so that the order of names is the order of runs. */
export const journalFiles = (folder: string): string[] => {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.ndjson'))
      .sort()
  } catch {
    return []
  }
}

/** What the folder's revision was may be known only after the end. */
const finalResults = (text: string): readonly HostResult[] | null => {
  for (const line of text.trimEnd().split('\n').slice(-2).reverse()) {
    const event = eventOf(line)
    if (event?.type === 'run.finished') return event.results
  }
  return null
}

const eventOf = (line: string): Event | null => {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
