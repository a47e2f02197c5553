import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Problem } from '../../../engine/core/error.ts'
import { compareLook, type Drift, type HostLook, nothingKnown, outcomeOfLook } from '../../../engine/rollout/drift.ts'

const drift = (key: string, more: Partial<Drift> = {}): Drift => ({
  key,
  role: 'app',
  mends: 'change',
  differences: [{ what: 'mode', from: '0600', to: '0644' }],
  because: [],
  provisional: false,
  changedAt: null,
  ...more,
})

const seen = (at: number, ...drifts: readonly Drift[]): HostLook => ({
  ...{ host: 'web1', at, duration: 1 },
  ...{ drifts, notices: [] },
})

const problem: Problem = { code: 'host.unreachable', message: 'nothing listens there' }
const gone = (at: number): HostLook => ({ host: 'web1', at, duration: 1, problem, problems: [problem] })

/** The news of each look, in the fewest words. */
const newsOf = (...looks: readonly HostLook[]): string[][] => {
  let known = nothingKnown
  return looks.map((look) => {
    const compared = compareLook(known, look)
    known = compared.known
    return compared.news.map((event) => {
      if (!('drift' in event)) return event.type
      const since = 'since' in event && event.since ? ` ${event.since.by} ${event.since.at}` : ''
      return `${event.type} ${event.drift.key}${since}`
    })
  })
}

describe('two looks', () => {
  test('that find the same are no news, whatever they find', () => {
    expect(newsOf(seen(1), seen(2))).toEqual([[], []])
    expect(newsOf(seen(1, drift('a')), seen(2, drift('a')))).toEqual([['drift.found a'], []])
  })

  test('tell what drifted, changed and was mended in between', () => {
    const worse = drift('b', { differences: [{ what: 'mode', from: '0777', to: '0644' }] })
    expect(newsOf(seen(1, drift('a'), drift('b')), seen(2, worse, drift('c')))[1]).toEqual([
      'drift.changed b',
      'drift.found c in order 1',
      'drift.mended a',
    ])
  })

  test('tell of a host that goes, once, and of its return with what is new', () => {
    const looks = [seen(1, drift('a')), gone(2), gone(3), seen(4, drift('a'), drift('b'))]
    expect(newsOf(...looks)).toEqual([['drift.found a'], ['host.gone'], [], ['host.back', 'drift.found b in order 1']])
  })
})

describe('since when', () => {
  test('is what the host says, where it says so', () => {
    expect(newsOf(seen(1_000), seen(9_000, drift('a', { changedAt: 5.25 })))[1]).toEqual(['drift.found a changed 5250'])
  })

  test('is the last look that found it in order otherwise, and stays that', () => {
    const again = drift('a', { differences: [] })
    expect(newsOf(seen(1), seen(2), seen(3, drift('a')), seen(4, again)).at(-1)).toEqual(['drift.changed a in order 2'])
  })

  test('is not known at the first look', () => {
    expect(newsOf(seen(1, drift('a')))).toEqual([['drift.found a']])
    expect(newsOf(gone(1), seen(2, drift('a')))[1]).toEqual(['host.back', 'drift.found a'])
  })
})

const anyLook = fc.oneof(
  { weight: 4, arbitrary: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.constant(null) },
)

test('whoever follows the news knows what the last look found', () => {
  fc.assert(
    fc.property(fc.array(anyLook, { minLength: 1, maxLength: 12 }), (history) => {
      let known = nothingKnown
      const drifted = new Set<string>()
      let isGone = false
      for (const [at, keys] of history.entries()) {
        const compared = compareLook(known, keys === null ? gone(at) : seen(at, ...keys.map((key) => drift(key))))
        known = compared.known
        for (const event of compared.news) {
          if (event.type === 'host.gone') isGone = true
          else if (event.type === 'host.back') isGone = false
          else if (event.type === 'drift.mended') expect(drifted.delete(event.drift.key)).toBe(true)
          else drifted.add(event.drift.key)
        }
        expect(isGone).toBe(keys === null)
        if (keys !== null) expect([...drifted].sort()).toEqual([...keys].sort())
      }
    }),
  )
})

test('what a look came to decides the exit status', () => {
  expect([seen(1), seen(1, drift('a')), gone(1)].map(outcomeOfLook)).toEqual(['unchanged', 'pending', 'unreachable'])
})
