import { expect, test } from 'vitest'
import type { VirtualAddress } from '../../../../engine/core/virtual-address.ts'
import { moveOf } from '../../../../engine/rollout/addresses/move.ts'
import { type AddressState, readState } from '../../../../engine/rollout/addresses/state.ts'
import { statusOf } from '../../../../engine/rollout/addresses/status.ts'
import { problemsIn } from '../../support/problems.ts'

const www: VirtualAddress = {
  ...{ name: 'www', address: '192.0.2.100/24', router: 100, preferred: null, priority: null, every: 1 },
}
const well: AddressState = { running: true, serves: true, has: ['192.0.2.1'], away: [], standsBy: ['www'] }
const holding: AddressState = { ...well, has: ['192.0.2.1', '192.0.2.100'] }
const of = (lb1: AddressState | null, lb2: AddressState | null, said = www) => {
  const [status] = statusOf([
    { host: 'lb1', said: [said], state: lb1 },
    { host: 'lb2', said: [said], state: lb2 },
  ])
  if (!status) throw new Error('there is one')
  return status
}

test('what a host says of itself is read', () =>
  expect(readState('running\nserves\nhas 127.0.0.1\nhas 192.0.2.100\naway www\nby blog\n')).toEqual({
    ...{ running: true, serves: true, has: ['127.0.0.1', '192.0.2.100'], away: ['www'], standsBy: ['blog'] },
  }))

test('a host on which nothing runs has its addresses', () =>
  expect(readState('has 127.0.0.1\n')).toEqual({
    running: false,
    serves: false,
    has: ['127.0.0.1'],
    away: [],
    standsBy: [],
  }))

test.each<[string, AddressState | null, AddressState | null, VirtualAddress, readonly string[], readonly string[]]>([
  ['one has it, one is ready', holding, well, www, ['has it', 'ready'], []],
  ['both have it', holding, holding, www, ['has it', 'has it'], ['lb1 and lb2 have www at the same time']],
  ['nobody has it', well, well, www, ['ready', 'ready'], ['nobody has www']],
  [
    ...(['its holder is gone', null, well, www, ['does not answer', 'ready']] as const),
    ['nobody who answers has www: it may be at lb1', 'lb1 would not take www over: it does not answer'],
  ],
  [
    ...(['the other one hangs', holding, { ...well, serves: false }, www, ['has it', 'does not serve']] as const),
    ['lb2 would not take www over: HAProxy does not serve there'],
  ],
  [
    ...(['the other one is stopped', holding, { ...well, running: false }, www, ['has it', 'no keepalived']] as const),
    ['lb2 would not take www over: keepalived does not run there'],
  ],
  [
    ...(['the other one has just been started', holding, { ...well, standsBy: [] }, www] as const),
    ['has it', 'not ready'],
    ['lb2 would not take www over: keepalived has just been started there'],
  ],
  [
    ...(['it is not with the preferred one', { ...well, away: ['www'] }, holding] as const),
    { ...www, preferred: 'lb1' },
    ['kept away', 'has it'],
    ['lb2 has www, and lb1 is the preferred one', 'lb1 would not take www over: it was told not to, by fettle lb move'],
  ],
])('%s', (_, lb1, lb2, said, standings, troubles) => {
  const status = of(lb1, lb2, said)
  expect(status.members.map(({ standing }) => standing)).toEqual(standings)
  expect(status.troubles).toEqual(troubles)
})

const moved = { name: 'www', address: '192.0.2.100' }

test.each<[string, AddressState | null, AddressState | null, VirtualAddress, string | undefined, unknown]>([
  ['to whoever is ready', holding, well, www, undefined, { ...moved, from: 'lb1', to: 'lb2', stays: null }],
  ['to who has it', holding, well, www, 'lb1', null],
  ['from nobody', well, well, www, 'lb2', { ...moved, from: null, to: 'lb2', stays: null }],
  [
    ...(['away from the preferred one', holding, well, { ...www, preferred: 'lb1' }, undefined] as const),
    { ...moved, from: 'lb1', to: 'lb2', stays: 'lb1' },
  ],
  [
    ...(['back to the one that was kept away', { ...well, away: ['www'] }, holding] as const),
    ...([{ ...www, preferred: 'lb1' }, 'lb1', { ...moved, from: 'lb2', to: 'lb1', stays: null }] as const),
  ],
])('a move %s', (_, lb1, lb2, said, to, expected) => expect(moveOf(of(lb1, lb2, said), to)).toEqual(expected))

test.each<[string, AddressState | null, string | undefined, string, string]>([
  [
    'the other one does not serve',
    { ...well, serves: false },
    undefined,
    'nobody could take www over',
    'lb2: does not serve',
  ],
  ['the one that was said hangs', null, 'lb2', 'lb2 could not take www over', 'lb2: does not answer'],
  ['the one that was said is a stranger', well, 'web1', 'web1 could not take www over', 'lb2: ready'],
])('a move is refused where %s', async (_, lb2, to, message, detail) =>
  expect(await problemsIn(() => moveOf(of(holding, lb2), to))).toMatchObject([
    { code: 'address.refused', message, detail },
  ]),
)
