import { FettleError } from '../../engine/core/error.ts'
import type { Event } from '../../engine/core/event.ts'
import type { FailoverOutcome } from '../../engine/core/observers.ts'
import { type Failover, failover } from '../../engine/rollout/database/failover.ts'
import type { Came } from '../../engine/rollout/database/watch/observer.ts'
import { runName } from '../../engine/store/run-name.ts'
import type { LookAhead } from '../look-ahead.ts'
import { asRun, type ClusterWork } from './as-run.ts'
import { type ClusterSite, enterCluster } from './cluster-site.ts'
import { type Switch, switchOff } from './switch-off.ts'

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
  /** It comes before everything else: where it fails, nothing was done. */
  const fenceBy = (by: Switch) => (host: string) =>
    switchOff(host, by).catch((error) => {
      touched = false
      throw error
    })
  const work: ClusterWork = (emit, claim) =>
    enterCluster(site, look, emit, (cluster) => {
      const by = fence && { program: fence, folder: site.folder, key: `database:${site.name}`, emit }
      const approve = async () => true
      const operation = { cluster, claim, wait: false, approve }
      return failover(operation, { ...how, ...(by && { fence: fenceBy(by) }), fenced: false })
    })
  try {
    const left = await asRun(site, watchSteps, work, run)
    return { run, outcome: 'done', message: (left ?? []).join('; ') }
  } catch (error) {
    if (!(error instanceof FettleError)) throw error
    const outcome: FailoverOutcome = touched ? 'failed' : 'refused'
    return { run, outcome, message: error.problems.map(wordsOf).join('; ') }
  }
}

const wordsOf = ({ host, message, detail }: FettleError['problems'][0]): string =>
  [...(host ? [host] : []), message, ...(detail ? detail.split('\n') : [])].join(': ')
