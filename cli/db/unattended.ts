import { execa } from 'execa'
import { FettleError } from '../../engine/core/error.ts'
import type { Emit, Event } from '../../engine/core/event.ts'
import type { FailoverOutcome } from '../../engine/core/observers.ts'
import { type Failover, failover } from '../../engine/rollout/database/failover.ts'
import type { Came } from '../../engine/rollout/database/watch/observer.ts'
import { runName } from '../../engine/store/run-name.ts'
import type { LookAhead } from '../look-ahead.ts'
import { asRun } from './as-run.ts'
import { type ClusterSite, enterCluster } from './cluster-site.ts'

/** Fails over as `fettle db failover` does, without a question, as a run of its own. Errors: bugs alone. */
export const failOverUnasked = async (
  site: ClusterSite,
  look: LookAhead['look'],
  how: Pick<Failover, 'deaf'>,
  fence: readonly string[] | null,
): Promise<Came> => {
  const run = runName()
  let touched = false
  const watchSteps = (event: Event) => {
    touched ||= event.type === 'step.intended'
  }
  try {
    const left = await asRun(
      site,
      watchSteps,
      (emit, claim) =>
        enterCluster(site, look, emit, (cluster) => {
          const switchOff = fence && { fence: fenceBy(fence, site.folder, emit, `database:${site.name}`) }
          const approve = async () => true
          return failover({ cluster, claim, wait: false, approve }, { ...how, ...switchOff, fenced: false })
        }),
      run,
    )
    return { run, outcome: 'done', message: (left ?? []).join('; ') }
  } catch (error) {
    if (!(error instanceof FettleError)) throw error
    const outcome: FailoverOutcome = touched ? 'failed' : 'refused'
    return { run, outcome, message: error.problems.map(wordsOf).join('; ') }
  }
}

const wordsOf = ({ host, message, detail }: FettleError['problems'][0]): string =>
  [...(host ? [host] : []), message, ...(detail ? detail.split('\n') : [])].join(': ')

/** Milliseconds for a host to be switched off. */
const patience = 120_000

/** Only its success says that the host is off. */
const fenceBy =
  ([program = '', ...words]: readonly string[], folder: string, emit: Emit, key: string) =>
  async (host: string): Promise<void> => {
    const told = { host, key, title: `switch ${host} off: ${program}` }
    const started = performance.now()
    emit({ type: 'step.intended', ...told })
    const { exitCode, all } = await execa(program, [...words, host], {
      ...{ cwd: folder, all: true, reject: false, stdin: 'ignore' },
      ...{ timeout: patience, killSignal: 'SIGKILL' },
    })
    if (exitCode === 0) return emit({ type: 'step.done', ...told, duration: performance.now() - started })
    const problem = {
      code: 'database.refused',
      host,
      message: `nobody knows that it takes no writes any more: ${program} came to ${exitCode ?? 'no end'}`,
      detail: (all ?? '').split('\n').slice(-20).join('\n'),
      hint: 'switch it off, or cut it from the network, then fettle db failover --fenced',
    } as const
    emit({ type: 'step.failed', ...told, problem })
    throw new FettleError(problem)
  }
