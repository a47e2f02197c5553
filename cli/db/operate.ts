import type { Operation } from '../../engine/rollout/database/operation.ts'
import { agreed, type ChangeOptions } from '../approval.ts'
import { exitCode } from '../exit-codes.ts'
import type { HostOptions } from '../options.ts'
import { openRenderer } from '../output.ts'
import { asRun } from './as-run.ts'
import { inCluster, openClusterSite, type Pace } from './cluster-site.ts'

export interface ClusterOptions extends HostOptions, ChangeOptions {
  readonly cluster?: string
  readonly wait?: true
  /** Default: patient. */
  readonly pace?: Pace
}

/** Changes a cluster: shown, asked for, written down. The work resolves with what it had to leave; null for not wanted. */
export const operate = async (
  options: ClusterOptions,
  work: (operation: Operation) => Promise<readonly string[] | null>,
): Promise<void> => {
  const site = await openClusterSite(options.cluster, options)
  const renderer = await openRenderer(options)
  const approve = (steps: readonly string[]) => {
    const shown = steps.map((step) => `  ${step}`).join('\n')
    return agreed(site.environment, options, { shown, isAnything: steps.length > 0 })
  }
  try {
    const left = await asRun(site, renderer.emit, (emit, claim) =>
      inCluster(site, options, emit, (cluster) => work({ cluster, claim, wait: options.wait ?? false, approve })),
    )
    if (left !== null) process.exitCode = left.length > 0 ? exitCode.failed : exitCode.done
  } finally {
    renderer.close()
  }
}
