import { describe, expect, test } from 'vitest'
import { latencyOf } from '../../load/generator/latency.ts'
import { dueBy } from '../../load/generator/pace.ts'
import { reportText } from '../../load/generator/report.ts'
import { firstSeen, lastSeen, watchSightings } from '../../load/generator/sightings.ts'
import { type Sample, startTally } from '../../load/generator/tally.ts'

const sample: Sample = {
  stream: 'close',
  endedAt: 500,
  latency: 4,
  late: false,
  failure: null,
  by: { release: 'v1', host: 'web1' },
}

const failed = (name: 'reset' | 'status 503', by: Sample['by'] = null): Sample => ({
  ...sample,
  failure: { class: name, detail: 'so it was' },
  by,
})

const resultOf = (...samples: Sample[]) => {
  const tally = startTally()
  for (const each of samples) tally.add(each)
  return tally.result()
}

describe('a tally', () => {
  test('counts requests, and each class of failure on its own', () => {
    const result = resultOf(sample, failed('reset'), failed('status 503'), failed('reset'), { ...sample, late: true })
    expect(result).toMatchObject({ requests: 5, failed: 3, failures: { reset: 2, 'status 503': 1 } })
    expect(result.streams).toMatchObject({ close: { requests: 5, failed: 3, late: 1 } })
    expect(result.examples.map(({ failure }) => failure.class)).toEqual(['reset', 'status 503', 'reset'])
  })

  test('measures what did not fail, and says so by stream', () => {
    const result = resultOf(
      sample,
      { ...failed('reset'), latency: 9000 },
      { ...sample, stream: 'download', latency: 10_000 },
    )
    expect(result.latency).toEqual({ p50: 4, p99: 4, max: 4 })
    expect(result.streams).toMatchObject({ download: { latency: { max: 10_000 } } })
  })

  test('knows who has answered, failures too', () => {
    const result = resultOf(sample, failed('status 503', { release: 'v1', host: 'web1' }), failed('reset'))
    expect(result.sightings).toMatchObject([{ release: 'v1', host: 'web1', count: 2 }])
  })

  test('keeps the ids of orders by their fate', () => {
    const order = (id: string, fate: 'acknowledged' | 'unknown' | 'refused'): Sample => ({
      ...sample,
      order: { id, fate },
    })
    const result = resultOf(order('a', 'acknowledged'), order('b', 'unknown'), order('c', 'refused'), sample)
    expect(result.orders).toEqual({ acknowledged: ['a'], unknown: ['b'], refused: ['c'] })
  })

  test('remembers no more than a hundred failures, and counts all', () => {
    const result = resultOf(...Array.from({ length: 150 }, () => failed('reset')))
    expect([result.failed, result.examples.length]).toEqual([150, 100])
  })
})

describe('who has answered when', () => {
  const watch = watchSightings()
  watch.add(900, 'v1', 'web1')
  watch.add(1200, 'v1', 'web2')
  watch.add(3100, 'v1', 'web1')
  watch.add(2500, 'v2', 'web2')

  test('is known by release and host, and by the second', () => {
    expect(watch.all()).toEqual([
      { release: 'v1', host: 'web1', count: 2, first: 900, last: 3100, perSecond: [1, 0, 0, 1] },
      { release: 'v1', host: 'web2', count: 1, first: 1200, last: 1200, perSecond: [0, 1] },
      { release: 'v2', host: 'web2', count: 1, first: 2500, last: 2500, perSecond: [0, 0, 1] },
    ])
  })

  test('says when a release came and went', () => {
    expect(['v1', 'v2', 'v3'].map((release) => firstSeen(watch.all(), release))).toEqual([900, 2500, null])
    expect(['v1', 'v2', 'v3'].map((release) => lastSeen(watch.all(), release))).toEqual([3100, 2500, null])
  })
})

test.each([
  [[], { p50: 0, p99: 0, max: 0 }],
  [[7], { p50: 7, p99: 7, max: 7 }],
  [Array.from({ length: 200 }, (_, index) => 200 - index), { p50: 100, p99: 198, max: 200 }],
])('latencies %#', (measured, expected) => expect(latencyOf(measured)).toEqual(expected))

test.each([
  ['the first at once', 1000, 0, [1000]],
  ['none before its time', 1099, 1, []],
  ['the next in its time', 1100, 1, [1100]],
  ['all that a stall held up, each from when it was meant', 1350, 1, [1100, 1200, 1300]],
])('at a fixed rate %s', (_, now, sent, expected) =>
  expect(dueBy(now, 1000, sent, { perSecond: 10 })).toEqual(expected),
)

describe('the report', () => {
  test('says in its first line that nothing failed', () => {
    expect(reportText(resultOf(sample, sample)).split('\n')[0]).toBe('2 requests, 0 failed')
  })

  test('names each class that did', () => {
    const text = reportText(resultOf(sample, failed('reset'), failed('status 503'), failed('reset')))
    expect(text.split('\n').slice(0, 3)).toEqual(['4 requests, 3 failed', '  2 reset', '  1 status 503'])
  })
})
