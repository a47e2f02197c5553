import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import { program, surroundings } from './run.ts'

/** An event as a scheduler tells it. */
export interface Told {
  readonly type: string
  readonly at: string
  readonly run?: {
    readonly job: string
    readonly scheduled: string
    readonly attempt: number
    readonly fence: number
    readonly outcome: string | null
    readonly exit: number | null
    readonly output: string | null
    readonly run: string | null
    readonly missed: number
  }
  readonly [other: string]: unknown
}

/** A scheduler in a process of its own. */
export interface SchedulerProcess {
  readonly told: readonly Told[]
  readonly pid: number
  /** The first that fits, as soon as it has been told. */
  until(fits: (told: Told) => boolean): Promise<Told>
  signal(signal: NodeJS.Signals): void
  readonly ended: Promise<{ readonly exit: number | null; readonly stderr: string }>
}

/** Starts a scheduler in the folder of a site; it does not outlive the test. */
export const startScheduler = async (
  folder: string,
  options: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<SchedulerProcess> => {
  const child = spawn(process.execPath, [program, 'scheduler', '--json', ...options], {
    cwd: folder,
    env: { ...surroundings(folder), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const told: Told[] = []
  const waiting = new Set<() => void>()
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  createInterface({ input: child.stdout }).on('line', (line) => {
    told.push(JSON.parse(line))
    for (const each of waiting) each()
  })
  const ended = once(child, 'close').then(([exit]) => ({ exit: exit as number | null, stderr }))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const until = (fits: (told: Told) => boolean): Promise<Told> =>
    new Promise((resolve, reject) => {
      const look = () => {
        const found = told.find(fits)
        if (!found) return
        waiting.delete(look)
        resolve(found)
      }
      waiting.add(look)
      look()
      void ended.then(() => reject(new Error(`the scheduler has ended: ${stderr}\n${JSON.stringify(told)}`)))
    })
  await until(({ type }) => type === 'scheduler.started')
  return { told, pid: child.pid ?? 0, until, signal: (signal) => void child.kill(signal), ended }
}
