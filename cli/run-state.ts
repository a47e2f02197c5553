import { hostname } from 'node:os'
import type { Run } from '../engine/store/runs.ts'
import { isAlive } from './origin.ts'

/**
 * `ended` with its hosts' outcomes; `stopped` before; `running` here; `interrupted` where its process is gone without a
 * word; `unknown` where that cannot be seen, as it was another machine's.
 */
export type RunState = 'ended' | 'stopped' | 'running' | 'interrupted' | 'unknown'

/** A run and what became of it. */
export type StatedRun = Run & { readonly state: RunState }

export const stateOf = ({ problems, finished, machine, process }: Run): RunState => {
  if (problems) return 'stopped'
  if (finished) return 'ended'
  if (!process || machine !== hostname()) return 'unknown'
  return isAlive(process) ? 'running' : 'interrupted'
}
