import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { countOf, type Place, planWaves, type Wave } from '../../../../engine/rollout/deploy/waves.ts'

/** `a:3000` serves and is to change; `!` does not serve, `=` is as wanted. */
const place = (text: string): Place => {
  const [, marks = '', host = '', port = ''] = /^([!=]*)(\w+):(\d+)$/.exec(text) ?? []
  return { host, port: Number(port), serving: !marks.includes('!'), pending: !marks.includes('=') }
}
const places = (text: string) => text.split(' ').map(place)

/** `a 3000+3001, then 3002 | b 3000` */
const told = (waves: readonly Wave[]) =>
  waves.map((wave) =>
    wave.map(({ host, groups }) => `${host} ${groups.map((ports) => ports.join('+')).join(', then ')}`).join(' | '),
  )

const careful = { batch: '25%', minHealthy: '50%', canary: true }
const four = places('a:1 a:2 b:1 b:2 c:1 c:2 d:1 d:2')

describe('waves', () => {
  test.each<[string, readonly Place[], Partial<typeof careful>, readonly string[]]>([
    ['nothing to do', places('=a:1 =b:1'), {}, []],
    ['one host at a time', four, {}, ['a 1+2', 'b 1+2', 'c 1+2', 'd 1+2']],
    ['a canary, then batches', four, { batch: '2' }, ['a 1+2', 'b 1+2', 'c 1+2 | d 1+2']],
    ['no canary', four, { batch: '2', canary: false }, ['a 1+2 | b 1+2', 'c 1+2 | d 1+2']],
    [
      'seven must stay',
      four,
      { batch: '4', minHealthy: '7' },
      ['a 1, then 2', 'b 1, then 2', 'c 1, then 2', 'd 1, then 2'],
    ],
    [
      'six must stay',
      four,
      { batch: '2', minHealthy: '6' },
      ['a 1, then 2', 'b 1, then 2', 'c 1, then 2 | d 1, then 2'],
    ],
    ['one host alone', places('a:1 a:2'), {}, ['a 1, then 2']],
    ['three on one host', places('a:1 a:2 a:3'), {}, ['a 1, then 2, then 3']],
    ['four on one host', places('a:1 a:2 a:3 a:4'), {}, ['a 1+2, then 3+4']],
    ['nothing serves yet', places('!a:1 !a:2 !b:1 !b:2'), { batch: '2' }, ['a 1+2', 'b 1+2']],
    ['what does not serve first', places('a:1 !a:2 b:1 !b:2'), { batch: '2' }, ['a 2', 'b 2', 'a 1 | b 1']],
    ['the rest of a wave that was cut short', places('=a:1 a:2 b:1 b:2'), {}, ['a 2', 'b 1+2']],
    ['only what is ill', places('=a:1 !a:2 =b:1'), { minHealthy: '100%' }, ['a 2']],
  ])('%s', (_, given, change, waves) => {
    expect(told(planWaves(given, { ...careful, ...change }))).toEqual(waves)
  })
})

test.each([
  ['all must stay', 'a:1 b:1', '100%', '2 of 2 instances serve, and 2 must stay in service', undefined],
  ['more than there are', 'a:1 b:1', '9', '2 of 2 instances serve, and 2 must stay in service', undefined],
  [
    'what is ill is not ours',
    'a:1 a:2 =!b:1 =!b:2',
    '50%',
    '2 of 4 instances serve, and 2 must stay in service',
    'b:1, b:2',
  ],
])('no instance can be spared: %s', (_, given, minHealthy, message, out) => {
  expect(() => planWaves(places(given), { ...careful, minHealthy })).toThrowError(
    expect.objectContaining({
      problems: [
        expect.objectContaining({
          code: 'deploy.capacity',
          message,
          ...(out !== undefined && { detail: `these do not: ${out}` }),
        }),
      ],
    }),
  )
})

test.each([
  ['2', 10, 2],
  ['25%', 10, 3],
  ['1%', 4, 1],
  ['100%', 7, 7],
])('%s of %i is %i', (share, all, count) => expect(countOf(share, all)).toBe(count))

const anyPlaces = fc
  .uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.integer({ min: 3000, max: 3004 })), {
    selector: String,
    maxLength: 25,
  })
  .chain((all) =>
    fc.tuple(
      ...all.map(([host, port]) =>
        fc.record({ serving: fc.boolean(), pending: fc.boolean() }).map((is) => ({ host, port, ...is })),
      ),
    ),
  )
const share = fc.oneof(
  fc.integer({ min: 1, max: 12 }).map(String),
  fc.integer({ min: 1, max: 100 }).map((each) => `${each}%`),
)
const anyRules = fc.record({ batch: share, minHealthy: fc.option(share), canary: fc.boolean() })

/** A plan, or null where no instance can be spared. */
const planOf = (given: readonly Place[], rules: Parameters<typeof planWaves>[1]): readonly Wave[] | null => {
  try {
    return planWaves(given, rules)
  } catch (error) {
    expect(error).toMatchObject({ code: 'deploy.capacity' })
    return null
  }
}

const property =
  (judge: (waves: readonly Wave[], given: readonly Place[], rules: Parameters<typeof planWaves>[1]) => void) => () =>
    fc.assert(
      fc.property(anyPlaces, anyRules, (given, rules) => {
        const waves = planOf(given, rules)
        if (waves !== null) judge(waves, given, rules)
      }),
      { numRuns: 2000 },
    )

const portsIn = (waves: readonly Wave[]) =>
  waves.flatMap((wave) => wave.flatMap(({ host, groups }) => groups.flat().map((port) => `${host}:${port}`)))

describe('whatever is given', () => {
  test(
    'every pending instance has exactly one turn, and no other has any',
    property((waves, given) => {
      const pending = given.filter(({ pending }) => pending).map(({ host, port }) => `${host}:${port}`)
      expect(portsIn(waves).sort()).toEqual(pending.sort())
    }),
  )

  test(
    'as many stay in service as must, however hosts of a wave keep pace',
    property((waves, given, { minHealthy }) => {
      const least = minHealthy === null ? 0 : Math.min(countOf(minHealthy, given.length), given.length)
      const serving = new Set(given.flatMap(({ host, port, serving }) => (serving ? [`${host}:${port}`] : [])))
      for (const wave of waves) {
        const most = wave.map(({ host, groups }) => {
          const out = groups.map((ports) => ports.filter((port) => serving.has(`${host}:${port}`)).length)
          return Math.max(...out)
        })
        const out = most.reduce((sum, each) => sum + each, 0)
        if (out > 0) expect(serving.size - out).toBeGreaterThanOrEqual(least)
        for (const place of portsIn([wave])) serving.add(place)
      }
    }),
  )

  test(
    'what does not serve comes before what does',
    property((waves, given) => {
      const isServing = new Map(given.map(({ host, port, serving }) => [`${host}:${port}`, serving]))
      const order = waves.map((wave) => portsIn([wave]).map((each) => isServing.get(each)))
      for (const wave of order) expect(new Set(wave).size).toBe(1)
      expect(order.map(([first]) => Number(first))).toEqual(order.map(([first]) => Number(first)).sort())
    }),
  )

  test(
    'a canary is alone; no wave has more hosts than its batch, and none is empty',
    property((waves, given, { batch, canary }) => {
      const hosts = new Set(given.map(({ host }) => host)).size
      if (canary && waves[0]) expect(waves[0]).toHaveLength(1)
      for (const wave of waves) {
        expect(wave.length).toBeLessThanOrEqual(Math.max(1, countOf(batch, hosts)))
        expect(wave.every(({ groups }) => groups.length > 0 && groups.every(({ length }) => length > 0))).toBe(true)
        expect(new Set(wave.map(({ host }) => host)).size).toBe(wave.length)
      }
    }),
  )

  test('where something must change and nothing must stay, there is always a way', () => {
    fc.assert(
      fc.property(anyPlaces, share, fc.boolean(), (given, batch, canary) => {
        expect(planOf(given, { batch, minHealthy: null, canary })).not.toBeNull()
      }),
    )
  })
})
