import type { Claim } from '../engine/converge/state/lease.ts'
import type { Emit, HostResult } from '../engine/core/event.ts'
import { runName } from '../engine/store/run-name.ts'
import { journaled } from './journaled.ts'
import { holderOf, originOf } from './origin.ts'
import { revisionOf } from './revision.ts'

/** What a run is for. */
export interface RunSite {
  readonly folder: string
  readonly site: string
  readonly environment: string
  readonly hosts: readonly string[]
}

/** What a host came to; without a word on what changed, nothing was counted. */
export type Came = Pick<HostResult, 'host' | 'outcome'> & Partial<Pick<HostResult, 'changed' | 'problem'>>

/** Does work as a run, with a journal of its own. `cameTo` says what the hosts came to by it. */
export const asRun = async <Value>(
  { folder, site, environment, hosts }: RunSite,
  show: Emit,
  work: (emit: Emit, claim: Claim) => Promise<Value>,
  cameTo: (value: Value) => readonly Came[],
  run = runName(),
): Promise<Value> => {
  const origin = originOf()
  const by = holderOf(origin)
  const started = performance.now()
  return journaled({ run, folder, revision: revisionOf(folder), show }, async (emit) => {
    emit({ type: 'run.started', run, by: origin, command: by.command, site, environment, hosts })
    const value = await work(emit, { owner: run, ...by })
    const duration = performance.now() - started
    const results = cameTo(value).map((came) => ({ changed: 0, reacted: 0, owed: [], ...came, duration }))
    for (const result of results) emit({ type: 'host.done', host: result.host, result })
    emit({ type: 'run.finished', run, results, duration })
    return value
  })
}
