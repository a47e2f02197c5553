import { execa } from 'execa'
import { FettleError } from '../../engine/core/error.ts'
import type { Emit } from '../../engine/core/event.ts'

/** Milliseconds for a host to be switched off. */
const patience = 120_000

export interface Switch {
  /** A program and its arguments; the host's name is put behind them. */
  readonly program: readonly string[]
  /** Where it runs: the site's folder. */
  readonly folder: string
  /** What its step is told as. */
  readonly key: string
  readonly emit: Emit
}

/** Runs what switches a host off, a step of the run; only its success says that the host is off. Errors: `database.refused`. */
export const switchOff = async (host: string, { program: words, folder, key, emit }: Switch): Promise<void> => {
  const [program = '', ...given] = words
  const told = { host, key, title: `switch ${host} off: ${program}` }
  const started = performance.now()
  emit({ type: 'step.intended', ...told })
  const { exitCode, all } = await execa(program, [...given, host], {
    ...{ cwd: folder, all: true, reject: false, stdin: 'ignore' },
    ...{ timeout: patience, killSignal: 'SIGKILL' },
  })
  if (exitCode === 0) return emit({ type: 'step.done', ...told, duration: performance.now() - started })
  const detail = (all ?? '').split('\n').slice(-20).join('\n')
  const problem = {
    ...({ code: 'database.refused', host } as const),
    message: `nobody knows that it takes no writes any more: ${program} came to ${exitCode ?? 'no end'}`,
    ...(detail && { detail }),
    hint: 'switch it off, or cut it from the network, then fettle db failover --fenced',
  }
  emit({ type: 'step.failed', ...told, problem })
  throw new FettleError(problem)
}
