import type { HostResult } from '../../engine/core/event.ts'
import type { Operation } from '../../engine/rollout/database/operation.ts'
import { runName } from '../../engine/store/run-name.ts'
import { agreed, type ChangeOptions } from '../approval.ts'
import { exitCode } from '../exit-codes.ts'
import { journaled } from '../journaled.ts'
import type { HostOptions } from '../options.ts'
import { holderOf, originOf } from '../origin.ts'
import { openRenderer } from '../output.ts'
import { revisionOf } from '../revision.ts'
import { inCluster, openClusterSite } from './cluster-site.ts'

export interface ClusterOptions extends HostOptions, ChangeOptions {
  readonly cluster?: string
  readonly wait?: true
}

/** Changes a cluster: shown, asked for, written down. The work resolves with what it had to leave; null for not wanted. */
export const operate = async (
  options: ClusterOptions,
  work: (operation: Operation) => Promise<readonly string[] | null>,
): Promise<void> => {
  const site = await openClusterSite(options.cluster, options)
  const run = runName()
  const origin = originOf()
  const by = holderOf(origin)
  const renderer = await openRenderer(options)
  const started = performance.now()
  const hosts = site.hosts.map(({ name }) => name)
  const journal = { run, folder: site.folder, revision: revisionOf(site.folder), show: renderer.emit }
  try {
    const left = await journaled(journal, async (emit) => {
      const { site: name, environment } = site
      emit({ type: 'run.started', run, by: origin, command: by.command, site: name, environment, hosts })
      const claim = { owner: run, ...by }
      const approve = (steps: readonly string[]) => {
        const shown = steps.map((step) => `  ${step}`).join('\n')
        return agreed(environment, options, { shown, isAnything: steps.length > 0 })
      }
      const left = await inCluster(site, options, emit, (cluster) =>
        work({ cluster, claim, wait: options.wait ?? false, approve }),
      )
      for (const message of left ?? []) emit({ type: 'warning', host: '', message })
      const results = hosts.map((host) => resultOf(host, left, performance.now() - started))
      for (const result of results) emit({ type: 'host.done', host: result.host, result })
      emit({ type: 'run.finished', run, results, duration: performance.now() - started })
      return left
    })
    if (left !== null) process.exitCode = left.length > 0 ? exitCode.failed : exitCode.done
  } finally {
    renderer.close()
  }
}

const resultOf = (host: string, left: readonly string[] | null, duration: number): HostResult => ({
  host,
  outcome: left === null ? 'pending' : 'changed',
  changed: 0,
  reacted: 0,
  owed: [],
  duration,
})
