import { describe, expect, test } from 'vitest'
import type { AppState, DeployRecord } from '../../../../engine/rollout/deploy/app-state.ts'
import { releaseBeforeOn } from '../../../../engine/rollout/deploy/record.ts'
import type { AppHost } from '../../../../engine/rollout/deploy/site.ts'

const record = (from: string | null, direction: DeployRecord['direction'] = 'forward'): DeployRecord => ({
  ...{ run: 'run', release: 'v2', version: 'v2', who: 'somebody', since: '2026-11-25T14:00:00Z' },
  ...{ from, direction },
})

const host = (current: string | null, unfinished: DeployRecord | null = null): AppHost => {
  const state: AppState = {
    ...{ current, record: unfinished, releases: [], instances: [] },
    free: { bytes: 0, inodes: 0 },
  }
  return { state } as unknown as AppHost
}

describe('what hosts had before a rollout that has not ended', () => {
  test.each([
    ['it is noted on each of them', [host('v2', record('v1')), host('v1', record('v0'))], ['v1', 'v0']],
    ['it had not been noted everywhere yet', [host('v1', record('v1')), host('v1')], ['v1', 'v1']],
    ['some have been told that all is done', [host('v2'), host('v2', record('v1'))], ['v1', 'v1']],
    ['some have been told that it was taken back', [host('v1'), host('v1', record('v1', 'back'))], ['v1', 'v1']],
    ['one never had any', [host('v2'), host('v2', record(null))], [null, null]],
    ['no rollout is under way', [host('v2'), host('v1')], ['v2', 'v1']],
  ])('%s', (_, hosts, expected) => expect(hosts.map((each) => releaseBeforeOn({ hosts }, each))).toEqual(expected))
})
