import { randomBytes } from 'node:crypto'
import { FettleError, type Problem } from '../../core/error.ts'
import type { Outcome, Session } from '../../core/ports.ts'
import { measuredIn } from '../state/detached.ts'
import { tidyScript } from '../state/generations.ts'
import type { Lease } from '../state/lease.ts'
import { leaseLost, lost, underLease } from '../state/lease-scripts.ts'
import { durableScript, type ManifestLine } from '../state/manifest.ts'
import { changedUnderUs, placeFunctions } from './place.ts'

/** One step of a batch, as shell. */
export interface Job {
  /** The resources or the unit that it is done for. */
  readonly keys: readonly string[]
  readonly title: string
  body(nonce: string): string
  /** Recorded before this job and its neighbours begin. */
  readonly intents: readonly ManifestLine[]
  /** Judges the jobs after it, whose intents are not recorded before it agrees. */
  readonly judges?: true
  /** May keep what it replaces as a generation. */
  readonly replaces?: true
  /** From here on everything is guarded, and may be taken back. */
  readonly arms?: true
  /** Relies on what the plan saw, and ends with `changedUnderUs` where that is something else by now. */
  readonly relies?: true
  /** Milliseconds. */
  readonly timeout?: number
}

/** What a batch tells while it runs. */
export interface JobProgress {
  /** It will be done unless something before it fails. */
  intended(job: Job): void
  /** Their intents are recorded now, at once. */
  begun(jobs: readonly Job[]): void
  /** Bytes of a job that measures itself. */
  advanced?(job: Job, done: number, all: number): void
  done(job: Job, duration: number): void
  failed(job: Job, problem: Problem): void
}

export interface Batch {
  readonly session: Session
  readonly lease: Lease
  readonly jobs: readonly Job[]
  readonly progress: JobProgress
}

/**
 * Performs jobs in order as one script, under the lease; the first that fails ends it.
 * Errors: `step.failed`, `validation.failed`, `changed.under`, `lease.lost`; a cut connection stays `connection.lost`.
 */
export const runBatch = async ({ session, lease, jobs, progress }: Batch): Promise<void> => {
  const nonce = randomBytes(12).toString('hex')
  let started = performance.now()
  let finished = 0
  const begin = () => progress.begun(stretch(jobs.slice(finished)))
  const onLine = (line: string) => {
    const measured = measuredIn(line)
    const running = jobs[finished]
    if (measured && running) progress.advanced?.(running, ...measured)
    const end = line.startsWith(nonce) && /^\w+ end (\d+) 0$/.exec(line)
    const job = end && jobs[Number(end[1])]
    if (!job) return
    progress.done(job, performance.now() - started)
    started = performance.now()
    finished++
    if (job.judges) begin()
  }
  for (const job of jobs) progress.intended(job)
  begin()
  const timeout = jobs.reduce((sum, job) => sum + (job.timeout ?? Number.POSITIVE_INFINITY), 0)
  const options = { onLine, ...(Number.isFinite(timeout) && { timeout }) }
  const fail = (problem: Problem, cause?: unknown) => {
    const job = jobs[finished]
    if (job) progress.failed(job, problem)
    throw new FettleError(problem, cause)
  }
  const outcome = await session.run(batchScript(jobs, nonce, lease), options).catch((error) => {
    if (!(error instanceof FettleError)) throw error
    return fail(error.problems[0], error)
  })
  if (outcome.exit === leaseLost && !outcome.stderr.includes(`${nonce} begin`)) fail(lost().problems[0])
  const job = jobs[finished]
  if (job) fail(problemOf(job, outcome, nonce))
}

/** A judge says this on standard error once it has all that it needs to judge; what fails before is no verdict. */
export const judging = (nonce: string): string => `${nonce} judging`

/** What is begun without asking again: up to the next judge. */
const stretch = (jobs: readonly Job[]): readonly Job[] => {
  const end = jobs.findIndex((job) => job.judges)
  return end === -1 ? jobs : jobs.slice(0, end + 1)
}

const batchScript = (jobs: readonly Job[], nonce: string, lease: Lease): string =>
  `umask 022\nexport LC_ALL=C\n${underLease(lease)}\n${placeFunctions(nonce)}\n${jobs.map((job, index) => jobScript(job, index, jobs, nonce)).join('')}${jobs.some((job) => job.replaces) ? `${tidyScript}\n` : ''}`

const jobScript = (job: Job, index: number, jobs: readonly Job[], nonce: string): string => `
printf '\\n${nonce} begin ${index}\\n' >&2
${intentScript(index, jobs)}
(${job.body(nonce)}
) 8<&-
status=$?
printf '\\n${nonce} end ${index} %d\\n' "$status"
[ "$status" = 0 ] || exit "$status"
`

/** Intents travel together: those of a whole stretch are made durable once, at its beginning. */
const intentScript = (index: number, jobs: readonly Job[]): string => {
  const begins = index === 0 ? !jobs[0]?.judges : jobs[index - 1]?.judges && !jobs[index]?.judges
  if (!begins) return ''
  const lines = stretch(jobs.slice(index)).flatMap((job) => job.intents)
  return lines.length === 0 ? '' : `{${durableScript(lines)}\n} || exit`
}

const problemOf = (job: Job, outcome: Outcome, nonce: string): Problem => {
  const words = lastSection(outcome.stderr, nonce) || outcome.stdout
  const detail = tail(words.replaceAll(new RegExp(`^${nonce} .*$`, 'gm'), ''))
  const common = { ...(detail && { detail }) }
  if (job.judges && outcome.stderr.includes(judging(nonce))) {
    const message = `${job.title}: the new configuration is not valid, so none of it was placed`
    return { code: 'validation.failed', message, ...common, hint: 'mend the setting or template it comes from' }
  }
  if (job.relies && outcome.exit === changedUnderUs) {
    return {
      code: 'changed.under',
      message: `${job.title}: it changed since it was planned`,
      ...common,
      hint: 'run again',
    }
  }
  const message = `${job.title} failed with exit status ${outcome.exit}`
  return {
    code: 'step.failed',
    message,
    ...common,
    hint: 'mend the cause and run again: what is done is not done twice',
  }
}

const lastSection = (text: string, nonce: string): string =>
  text
    .slice(text.lastIndexOf(`${nonce} begin`))
    .split('\n')
    .slice(1)
    .join('\n')
    .trim()

const tail = (text: string): string => text.trim().split('\n').slice(-20).join('\n')
