import { expect, test } from 'vitest'
import { binlogsSince, needlessBinlogs } from '../../../../engine/rollout/backup/kept-binlogs.ts'

/** Of the writer's binlogs as of a moment, the first of them begun at another one. */
const kept = (at: string, begun: string, epoch = 1) => ({
  ...{ id: at, at: new Date(at).toISOString(), host: 'db1', paths: [] },
  tags: ['binlogs', `epoch-${epoch}`, `since-${Date.parse(begun) / 1000}`],
})

const old = [kept('2026-11-26T03:00Z', '2026-11-20T00:00Z'), kept('2026-11-27T03:00Z', '2026-11-20T00:00Z')]
const anew = [kept('2026-11-27T05:00Z', '2026-11-27T04:59Z'), kept('2026-11-27T06:00Z', '2026-11-27T04:59Z')]
const all = [...old, ...anew]

test.each<[string, string, Date | 'end' | null, string | undefined]>([
  ['a time between two: the first that has all until then', '2026-11-21', new Date('2026-11-26T12:00Z'), old[1]?.id],
  ['the very time, of which it may not have all', '2026-11-21', new Date('2026-11-26T03:00Z'), old[1]?.id],
  ['a time before all', '2026-11-21', new Date('2026-11-25T03:00Z'), old[0]?.id],
  ['the end: the last before the server was made anew', '2026-11-21', 'end', old[1]?.id],
  ['a time after that', '2026-11-21', new Date('2026-11-27T05:30Z'), old[1]?.id],
  ['no time', '2026-11-21', null, old[1]?.id],
  ['a copy of the new server', '2026-11-27T05:30Z', 'end', anew[1]?.id],
  ['a copy that is older than all', '2026-11-19', 'end', undefined],
])('binlogs since a copy: %s', (_, copied, until, id) =>
  expect(binlogsSince(all, new Date(copied), until)?.id).toBe(id),
)

test.each([
  [
    'a server that was the writer before, and goes on',
    [kept('2026-11-27T07:00Z', '2026-11-20T00:00Z', 2), kept('2026-11-27T08:00Z', '2026-11-20T00:00Z')],
    0,
  ],
  [
    'what was before the copy, by whatever promotion',
    [kept('2026-11-27T01:00Z', '2026-11-20T00:00Z', 7), kept('2026-11-27T08:00Z', '2026-11-20T00:00Z')],
    1,
  ],
])('binlogs are not those of %s', (_, list, index) =>
  expect(binlogsSince(list, new Date('2026-11-27T02:00Z'), 'end')).toBe(list[index]),
)

test.each(['since-', 'since-x'])('nor is one of use that says %s', (tag) =>
  expect(
    binlogsSince(
      [{ ...kept('2026-11-27', '2026-11-20'), tags: ['binlogs', 'epoch-1', tag] }],
      new Date('2026-11-21'),
      'end',
    ),
  ).toBeUndefined(),
)

test('one that does not say when it was begun is of no use', () =>
  expect(
    binlogsSince([{ ...kept('2026-11-27', '2026-11-20'), tags: ['binlogs'] }], new Date('2026-11-21'), 'end'),
  ).toBeUndefined())

test('what is kept: the last hour, the last of each day, and the last before a server was made anew', () => {
  const begun = '2026-11-20T00:00Z'
  const list = [
    kept('2026-11-22T23:59Z', begun),
    kept('2026-11-26T03:00Z', begun),
    kept('2026-11-26T23:59Z', begun),
    kept('2026-11-27T02:00Z', begun),
    kept('2026-11-27T03:00Z', begun),
    ...anew,
    kept('2026-11-27T11:30Z', '2026-11-27T04:59Z'),
    kept('2026-11-27T12:00Z', '2026-11-27T04:59Z'),
  ]
  const needless = needlessBinlogs(list, '3d12h', new Date('2026-11-27T12:10Z'))
  expect(needless.map(({ id }) => id)).toEqual([
    '2026-11-22T23:59Z',
    '2026-11-26T03:00Z',
    '2026-11-27T02:00Z',
    '2026-11-27T05:00Z',
    '2026-11-27T06:00Z',
  ])
})

test('of those of a long time ago nothing is kept', () =>
  expect(needlessBinlogs(old, '30d', new Date('2027-02-01'))).toEqual(old))
