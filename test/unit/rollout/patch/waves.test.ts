import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Backend, nextWave } from '../../../../engine/rollout/patch/waves.ts'

/** `a a b !c`: instances of hosts, with `!` where they do not serve. */
const backend = (text: string, rules: Partial<Backend['rules']> = {}, name = 'shop'): Backend => ({
  name,
  rules: { batch: '25%', minHealthy: '50%', ...rules },
  seats: text
    .split(' ')
    .map((each, index) => ({ host: each.replace('!', ''), port: 3000 + index, serving: !each.startsWith('!') })),
})

describe('the hosts that are patched next', () => {
  test.each<[string, string, readonly Backend[], boolean, readonly string[]]>([
    ['one comes first', 'a b c d', [backend('a b c d', { batch: '4' })], true, ['a']],
    ['as many as the app says', 'b c d', [backend('a b c d', { batch: '2' })], false, ['b', 'c']],
    ['as many as are spared', 'a b c d', [backend('a b c d', { batch: '4', minHealthy: '3' })], false, ['a']],
    ['with two instances each', 'a b', [backend('a a b b')], false, ['a']],
    ['what does not serve comes first', 'a b', [backend('a !b')], true, ['b']],
    ['and costs nothing', 'b c d', [backend('a !b !c d', { batch: '1', minHealthy: '2' })], false, ['b', 'c']],
    ['one of each of two apps', 'a b x y', [backend('a b'), backend('x y', {}, 'api')], false, ['a', 'x']],
    [
      'a host of two apps is spared by both',
      'a b',
      [backend('a b c', { batch: '2', minHealthy: '1' }), backend('a b', {}, 'api')],
      false,
      ['a'],
    ],
    ['nobody asks for it', 'a', [], true, ['a']],
  ])('%s', (_, pending, backends, isFirst, hosts) => {
    expect(nextWave(pending.split(' '), backends, isFirst)).toEqual({ hosts, short: [] })
  })

  test('one that cannot be spared at the best of times goes, and that is said', () => {
    expect(nextWave(['a'], [backend('a a')], true)).toEqual({ hosts: ['a'], short: ['shop'] })
    expect(nextWave(['a', 'b'], [backend('a b', { minHealthy: '2' })], false)).toEqual({
      hosts: ['a'],
      short: ['shop'],
    })
  })

  test('one that could be spared if others served does not go', () => {
    expect(() => nextWave(['a'], [backend('a !b')], true)).toThrow(
      expect.objectContaining({
        code: 'deploy.capacity',
        problems: [expect.objectContaining({ host: 'a', detail: expect.stringContaining('shop: b:3001') })],
      }),
    )
  })

  test('never fewer than wanted stay, whatever the site is like', () => {
    const hosts = ['a', 'b', 'c', 'd', 'e']
    const seats = fc.array(fc.record({ host: fc.constantFrom(...hosts), serving: fc.boolean() }), {
      minLength: 1,
      maxLength: 12,
    })
    fc.assert(
      fc.property(
        seats,
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 5 }),
        fc.boolean(),
        (all, least, batch, isFirst) => {
          const only = {
            name: 'shop',
            rules: { batch: `${batch}`, minHealthy: `${least}` },
            seats: all.map((seat, port) => ({ ...seat, port })),
          }
          const wave = attempt(() => nextWave(hosts, [only], isFirst))
          if (!wave || wave.short.length > 0) return
          const taken = only.seats.filter((seat) => seat.serving && wave.hosts.includes(seat.host)).length
          const left = only.seats.filter((seat) => seat.serving).length - taken
          expect(taken === 0 || left >= least).toBe(true)
          expect(wave.hosts.length).toBeGreaterThan(0)
          if (isFirst) expect(wave.hosts).toHaveLength(1)
        },
      ),
    )
  })
})

const attempt = <Value>(work: () => Value): Value | null => {
  try {
    return work()
  } catch {
    return null
  }
}
