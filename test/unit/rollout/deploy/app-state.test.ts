import { expect, test } from 'vitest'
import type { App } from '../../../../engine/core/app.ts'
import { type PlacedRelease, readState } from '../../../../engine/rollout/deploy/app-state.ts'
import { roomProblem } from '../../../../engine/rollout/deploy/place-release.ts'
import { outlived } from '../../../../engine/rollout/deploy/retention.ts'

test('reads what there is of an app', () => {
  const record = {
    run: 'r1',
    release: 'v2-bb',
    version: 'v2',
    from: 'v1-aa',
    who: 'ada',
    since: 'now',
    direction: 'forward',
  }
  const output = `record ${JSON.stringify(record)}
current v1-aa
release v1-aa 1795615444 ,healthy,migrated, v1
release v2-bb 1795615500 , the second  one
release v0-00 1795615000 ,healthy,contracts,migrated, v0
instance 3000 v1-aa v1-aa 642 15037291386 active 
instance 3001 v2-bb - 0 15037292615 activating 
instance 3002 - - 0 0 inactive 
free 100 4096 5000 9000
`
  expect(readState(output)).toEqual({
    record,
    current: 'v1-aa',
    releases: [
      {
        release: 'v2-bb',
        version: 'the second  one',
        placed: 1795615500,
        healthy: false,
        contracts: false,
        migrated: false,
      },
      { release: 'v1-aa', version: 'v1', placed: 1795615444, healthy: true, contracts: false, migrated: true },
      { release: 'v0-00', version: 'v0', placed: 1795615000, healthy: true, contracts: true, migrated: true },
    ],
    instances: [
      { port: 3000, linked: 'v1-aa', running: 'v1-aa', active: 'active', start: '642 15037291386 active' },
      { port: 3001, linked: 'v2-bb', running: null, active: 'activating', start: '0 15037292615 activating' },
      { port: 3002, linked: null, running: null, active: 'inactive', start: '0 0 inactive' },
    ],
    free: { bytes: 409_600, inodes: 5000 },
  })
})

test('of a host that was never provisioned nothing is known', () => {
  expect(readState('record \ncurrent -\ninstance 3000 - - 0 0 inactive \n')).toEqual({
    record: null,
    current: null,
    releases: [],
    instances: [{ port: 3000, linked: null, running: null, active: 'inactive', start: '0 0 inactive' }],
    free: { bytes: 0, inodes: 0 },
  })
})

test('a record that was cut short is one all the same', () => {
  expect(readState('record {"run":"r1","rel\n').record).toMatchObject({ release: '?', from: null })
})

test.each([
  ['full', '0 4096 0 9000', { bytes: 0, inodes: 0 }],
  ['without a table of inodes', '100 4096 0 0', { bytes: 409_600, inodes: Number.MAX_SAFE_INTEGER }],
])('a file system %s', (_, numbers, free) => {
  expect(readState(`free ${numbers}\n`).free).toEqual(free)
})

const app = (change: Partial<App> = {}): App => ({ name: 'shop', root: '/srv/shop', keep: 1, ...change }) as App
const placed = (release: string, healthy = true): PlacedRelease => ({
  release,
  version: release,
  placed: 0,
  healthy,
  contracts: false,
  migrated: false,
})
const running = (linked: string | null) => ({ port: 3000, linked, running: linked, active: 'active', start: '' })
const free = { bytes: 0, inodes: 0 }
const nothing = { record: null, current: null, releases: [], instances: [], free }

test.each([
  ['nothing where there is nothing', 1, { current: null, releases: [], from: null, linked: null }, []],
  ['what nobody goes back to', 1, { current: 'e', releases: 'edcba', from: null, linked: 'e' }, ['b', 'a']],
  ['more are kept where that is wanted', 3, { current: 'e', releases: 'edcba', from: null, linked: 'e' }, []],
  [
    'the last healthy one stays, however old',
    1,
    { current: 'e', releases: 'eDCBa', from: null, linked: 'e' },
    ['C', 'B'],
  ],
  ['what an unfinished rollout came from', 1, { current: 'e', releases: 'edcba', from: 'a', linked: 'e' }, ['b']],
  ['what an instance still runs', 1, { current: 'e', releases: 'edcba', from: null, linked: 'b' }, ['a']],
  [
    'after going back: the newer ones are no better',
    1,
    { current: 'b', releases: 'edcba', from: null, linked: 'b' },
    ['c', 'a'],
  ],
])('outlived: %s', (_, keep, { current, releases, from, linked }, names) => {
  // A capital letter is one that was never healthy.
  const all = [...releases].map((name) => placed(name, name === name.toLowerCase()))
  const record =
    from === null
      ? null
      : { run: 'r', release: 'e', version: 'e', from, who: '', since: '', direction: 'forward' as const }
  const state = { ...nothing, current, record, releases: all, instances: [running(linked)] }
  expect(outlived({ app: app({ keep }), state })).toEqual(names)
})

const parcel = { release: 'v2-bb', version: 'v2', sha256: '', bytes: 1e6, content: { bytes: 4e6, entries: 90 } }

test.each([
  ['as much as is wanted', 1e7, 200, null],
  ['a byte less', 1e7 - 1, 200, 'web1: /srv/shop has 10 MB and 200 files free, 10 MB and 200 are wanted'],
  ['a file less', 1e7, 199, 'web1: /srv/shop has 10 MB and 199 files free, 10 MB and 200 are wanted'],
  ['nothing', 0, 0, 'web1: /srv/shop has 0 MB and 0 files free, 10 MB and 200 are wanted'],
])('room: %s', (_, bytes, inodes, problem) => {
  const host = { name: 'web1', app: app(), state: { ...nothing, free: { bytes, inodes } } }
  const given = { ...parcel, read: () => (async function* () {})() }
  expect(roomProblem(host as never, given)).toBe(problem)
})
