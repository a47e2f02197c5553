import { groupState, hostGroup } from './cgroup.ts'
import { memoryOf } from './host.ts'
import type { LabOptions } from './options.ts'
import { loadState } from './state.ts'

export interface LabHostStatus {
  readonly name: string
  readonly address: string
  readonly release: string
  readonly state: 'running' | 'stopped' | 'frozen'
  /** Bytes. */
  readonly memory: number
}

/** The lab's hosts in the order in which they were first asked for; none where there is no lab. */
export const status = async ({ stateDir }: LabOptions): Promise<LabHostStatus[]> => {
  const state = await loadState(stateDir)
  if (!state) return []
  return Promise.all(
    Object.values(state.hosts).map(async ({ name, address, release }) => {
      const group = await hostGroup(state.id, name)
      const { populated, frozen } = await groupState(group.host)
      const memory = await memoryOf(group.host)
      return { name, address, release, state: !populated ? 'stopped' : frozen ? 'frozen' : 'running', memory }
    }),
  )
}
