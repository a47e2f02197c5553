import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { firingsAfter, firingsUntil, type Times } from '../../../engine/schedule/calendar.ts'
import { dueFiring, nextFirings } from '../../../engine/schedule/due.ts'
import { waitAfter } from '../../../engine/schedule/retry.ts'

const iso = (times: readonly number[]) => times.map((at) => new Date(at).toISOString().replace(':00.000Z', 'Z'))
const berlin = 'Europe/Berlin'
const newYork = 'America/New_York'

describe('when jobs happen', () => {
  test.each<[string, string, string, string, readonly string[]]>([
    [
      'an hour that does not exist',
      berlin,
      '30 2 * * *',
      '2026-03-28T12:00Z',
      ['2026-03-29T01:00Z', '2026-03-30T00:30Z'],
    ],
    [
      'an hour that there is twice',
      berlin,
      '30 2 * * *',
      '2026-10-24T12:00Z',
      ['2026-10-25T00:30Z', '2026-10-26T01:30Z'],
    ],
    ['no hour over there', newYork, '30 2 * * *', '2026-03-07T12:00Z', ['2026-03-08T07:00Z', '2026-03-09T06:30Z']],
    ['two hours over there', newYork, '30 1 * * *', '2026-10-31T12:00Z', ['2026-11-01T05:30Z', '2026-11-02T06:30Z']],
    ['the hour after none', berlin, '0 3 * * *', '2026-03-28T12:00Z', ['2026-03-29T01:00Z', '2026-03-30T01:00Z']],
    [
      'every half hour where one is twice',
      berlin,
      '*/30 * * * *',
      '2026-10-25T00:10Z',
      ['2026-10-25T00:30Z', '2026-10-25T01:00Z', '2026-10-25T01:30Z', '2026-10-25T02:00Z'],
    ],
    [
      'every half hour where one is none',
      berlin,
      '*/30 * * * *',
      '2026-03-29T00:10Z',
      ['2026-03-29T00:30Z', '2026-03-29T01:00Z', '2026-03-29T01:30Z'],
    ],
    ['leap days', berlin, '0 0 29 2 *', '2026-03-07T12:00Z', ['2028-02-28T23:00Z', '2032-02-28T23:00Z']],
    [
      'the last day of a month',
      'Etc/UTC',
      '0 0 L * *',
      '2028-02-01T00:00Z',
      ['2028-02-29T00:00Z', '2028-03-31T00:00Z'],
    ],
  ])('%s', (_, timezone, at, after, expected) => {
    const next = firingsAfter({ at, timezone }, Date.parse(after), expected.length)
    expect(iso(next)).toEqual(expected)
    const before = firingsUntil({ at, timezone }, next.at(-1) ?? 0, expected.length)
    expect(iso([...before].reverse())).toEqual(expected)
  })

  test('up to a moment means with it', () => {
    const times: Times = { at: '0 * * * *', timezone: 'Etc/UTC' }
    expect(iso(firingsUntil(times, Date.parse('2026-01-01T05:00:00.000Z'), 1))).toEqual(['2026-01-01T05:00Z'])
    expect(iso(firingsUntil(times, Date.parse('2026-01-01T05:00:00.999Z'), 1))).toEqual(['2026-01-01T05:00Z'])
    expect(iso(firingsUntil(times, Date.parse('2026-01-01T04:59:59.999Z'), 1))).toEqual(['2026-01-01T04:00Z'])
  })
})

const hourly = { name: 'a', at: '0 * * * *', timezone: 'Etc/UTC', jitter: 0 }

test('what was missed is made up for once', () => {
  const at = (text: string) => Date.parse(`2026-01-01T${text}Z`)
  expect(dueFiring(hourly, at('05:00'), at('05:59:59.999'))).toBeNull()
  expect(dueFiring(hourly, at('05:00'), at('06:00'))).toMatchObject({ scheduled: at('06:00'), missed: 0 })
  expect(dueFiring(hourly, at('05:00'), at('09:30'))).toMatchObject({ scheduled: at('09:00'), missed: 3 })
  expect(dueFiring(hourly, at('09:00'), at('09:30'))).toBeNull()
  const eachSecond = { ...hourly, at: '* * * * * *' }
  expect(dueFiring(eachSecond, at('05:00'), at('09:00'))).toMatchObject({ scheduled: at('09:00'), missed: 1001 })
  // A clock that was put back does not repeat anything.
  expect(dueFiring(hourly, at('09:00'), at('07:30'))).toBeNull()
})

const zones = fc.constantFrom(berlin, newYork, 'Etc/UTC', 'Australia/Lord_Howe', 'Asia/Kathmandu')
const expressions = fc.constantFrom(
  '*/15 * * * *',
  '30 2 * * *',
  '0 * * * *',
  '15 1,2,3 * * 0',
  '0 0 * * *',
  '59 23 * * *',
)
const jobs = fc.record({
  name: fc.constantFrom('a', 'b'),
  at: expressions,
  timezone: zones,
  jitter: fc.constantFrom(0, 60_000, 900_000),
})
/** Within days of the changes of the clocks of 2026. */
const moments = fc
  .tuple(
    fc.constantFrom('2026-03-07', '2026-03-28', '2026-04-04', '2026-10-03', '2026-10-24', '2026-10-31'),
    fc.nat(4 * 86_400_000),
  )
  .map(([day, after]) => Date.parse(`${day}T00:00Z`) + after)

test('looked at now and then, each firing is started or counted as missed, once and in order', () => {
  fc.assert(
    fc.property(
      jobs,
      moments,
      fc.array(fc.integer({ min: 1_000, max: 7_200_000 }), { maxLength: 40 }),
      (job, from, steps) => {
        let [now, decided] = [from, from]
        let accounted = 0
        for (const step of steps) {
          now += step
          const due = dueFiring(job, decided, now)
          if (!due) continue
          expect(due.scheduled).toBeGreaterThan(decided)
          expect(due.begins).toBeLessThanOrEqual(now)
          expect(due.begins - due.scheduled).toBeLessThan(Math.max(job.jitter, 1))
          decided = due.scheduled
          accounted += 1 + due.missed
        }
        const all = firingsAfter(job, from, accounted + 5).filter((scheduled) => scheduled <= decided)
        expect(accounted).toBe(all.length)
        const waiting = nextFirings(job, now, 3).find(({ scheduled }) => scheduled > decided)
        const again = waiting && dueFiring(job, decided, waiting.begins)
        expect(again?.scheduled).toBe(waiting?.scheduled)
      },
    ),
    { numRuns: 200 },
  )
})

test('jitter is the same for the same firing, and another for another', () => {
  const job = { ...hourly, jitter: 600_000 }
  const delays = nextFirings(job, 0, 200).map(({ scheduled, begins }) => begins - scheduled)
  expect(nextFirings(job, 0, 200).map(({ scheduled, begins }) => begins - scheduled)).toEqual(delays)
  expect(new Set(delays).size).toBeGreaterThan(100)
  expect(Math.min(...delays)).toBeLessThan(60_000)
  expect(Math.max(...delays)).toBeGreaterThan(540_000)
})

test('each wait is twice as long as the one before, up to an hour', () => {
  const waits = (retries: number, retryAfter: number) =>
    Array.from({ length: retries + 1 }, (_, index) => waitAfter({ retries, retryAfter }, index + 1))
  expect(waits(3, 1000)).toEqual([1000, 2000, 4000, null])
  expect(waits(0, 1000)).toEqual([null])
  expect(waits(3, 1_800_000)).toEqual([1_800_000, 3_600_000, 3_600_000, null])
  expect(waits(2, 86_400_000)).toEqual([86_400_000, 86_400_000, null])
})
