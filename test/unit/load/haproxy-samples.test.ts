import { describe, expect, test } from 'vitest'
import { hitsIn, leftOut, readSamples, troublesIn } from '../../load/witness/samples.ts'

/** One look at one process: `at`, its number, whether it is an old one, and lines of server, status, total and retries. */
type Look = readonly [at: number, worker: number, old: 0 | 1, ...lines: readonly [string, string, number, number?][]]

const samples = (...looks: readonly Look[]) =>
  readSamples(
    looks
      .map(([at, worker, old, ...lines]) => {
        const rows = lines.map(
          ([server, status, total, retries = 0]) => `web,${server},0,${total},${status},${retries},`,
        )
        return `\nsample ${at} ${worker} ${old}\n${['# pxname,svname,scur,stot,status,wretr,', ...rows].join('\n')}\n`
      })
      .join(''),
  )

test('looks are read as they were written', () => {
  expect(samples([1.5, 77, 1, ['web1', 'DRAIN', 4, 2]])).toEqual([
    {
      ...{ at: 1.5, worker: 77, old: true },
      lines: [{ name: 'web/web1', status: 'DRAIN', busy: 0, total: 4, troubles: { wretr: 2 } }],
    },
  ])
})

describe('requests to a server that is out of rotation', () => {
  test.each<[string, readonly Look[], readonly string[]]>([
    [
      'none',
      [
        [1, 7, 0, ['web1', 'DRAIN', 4]],
        [2, 7, 0, ['web1', 'MAINT', 4]],
      ],
      [],
    ],
    [
      'some',
      [
        [1, 7, 0, ['web1', 'DRAIN', 4]],
        [2, 7, 0, ['web1', 'DRAIN', 6]],
      ],
      ['7 web/web1: 2'],
    ],
    [
      'before it was out',
      [
        [1, 7, 0, ['web1', 'UP', 4]],
        [2, 7, 0, ['web1', 'DRAIN', 6]],
      ],
      [],
    ],
    [
      'after it was out',
      [
        [1, 7, 0, ['web1', 'MAINT', 4]],
        [2, 7, 0, ['web1', 'UP', 6]],
      ],
      [],
    ],
    [
      'in a fresh process',
      [
        [1, 7, 0, ['web1', 'UP', 4]],
        [2, 8, 0, ['web1', 'MAINT', 1]],
      ],
      ['8 web/web1: 1'],
    ],
    [
      'none in a fresh process',
      [
        [1, 7, 0, ['web1', 'UP', 4]],
        [2, 8, 0, ['web1', 'MAINT', 0]],
      ],
      [],
    ],
  ])('%s', (_, looks, expected) => expect(hitsIn(samples(...looks))).toEqual(expected))
})

test('what is out at the end, in any process', () => {
  const looks = samples(
    [1, 7, 0, ['web1', 'MAINT', 4]],
    [2, 7, 1, ['web1', 'UP', 4], ['web2', 'DRAIN', 4]],
    [2, 8, 0, ['web1', 'UP', 4], ['web2', 'UP', 4]],
  )
  expect(leftOut(looks)).toEqual(['7 web/web2 DRAIN'])
})

test('troubles are those since the first look, and all of those of fresh processes', () => {
  const looks = samples(
    [1, 7, 0, ['web1', 'UP', 4, 5]],
    [2, 7, 1, ['web1', 'UP', 4, 6]],
    [2, 8, 0, ['web1', 'UP', 4, 3]],
  )
  expect(troublesIn(looks)).toEqual({ '7 web/web1': { wretr: 1 }, '8 web/web1': { wretr: 3 } })
})
