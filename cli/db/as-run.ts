import type { Claim } from '../../engine/converge/state/lease.ts'
import type { Emit, HostResult } from '../../engine/core/event.ts'
import { runName } from '../../engine/store/run-name.ts'
import { journaled } from '../journaled.ts'
import { holderOf, originOf } from '../origin.ts'
import { revisionOf } from '../revision.ts'
import type { ClusterSite } from './cluster-site.ts'

/** What changes a cluster. Resolves with what it had to leave; null for not wanted. */
export type ClusterWork = (emit: Emit, claim: Claim) => Promise<readonly string[] | null>

/** Does such work as a run, with a journal of its own. */
export const asRun = async (
  site: ClusterSite,
  show: Emit,
  work: ClusterWork,
  run = runName(),
): Promise<readonly string[] | null> => {
  const origin = originOf()
  const by = holderOf(origin)
  const started = performance.now()
  const hosts = site.hosts.map(({ name }) => name)
  return journaled({ run, folder: site.folder, revision: revisionOf(site.folder), show }, async (emit) => {
    const { site: name, environment } = site
    emit({ type: 'run.started', run, by: origin, command: by.command, site: name, environment, hosts })
    const left = await work(emit, { owner: run, ...by })
    for (const message of left ?? []) emit({ type: 'warning', host: '', message })
    const results = hosts.map((host) => resultOf(host, left, performance.now() - started))
    for (const result of results) emit({ type: 'host.done', host: result.host, result })
    emit({ type: 'run.finished', run, results, duration: performance.now() - started })
    return left
  })
}

const resultOf = (host: string, left: readonly string[] | null, duration: number): HostResult => ({
  host,
  outcome: left === null ? 'pending' : 'changed',
  changed: 0,
  reacted: 0,
  owed: [],
  duration,
})
