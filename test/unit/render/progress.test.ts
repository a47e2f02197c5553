import { describe, expect, test } from 'vitest'
import { createProgress } from '../../../cli/render/progress.ts'

const step = { host: 'db2', key: 'database:main', title: 'take a copy from db1' }
const mib = 2 ** 20

describe('a step that says how far it is', () => {
  const play = (done: number, all: number, elapsed: number): string | undefined => {
    let now = 0
    const progress = createProgress(() => now)
    progress.take({ type: 'step.intended', ...step })
    now = elapsed
    progress.take({ type: 'step.progress', ...step, done, all })
    return progress.active()[0]?.doing
  }
  const cases: readonly [string, number, number, number, string][] = [
    ['half of it', 512 * mib, 1024 * mib, 8000, '512 MiB of 1.0 GiB, 64 MiB/s, 8 s left'],
    ['nothing yet', 0, 1024 * mib, 3000, '0 B of 1.0 GiB'],
    ['too early for a pace', mib, 1024 * mib, 500, '1.0 MiB of 1.0 GiB'],
    ['more than was thought', 1100 * mib, 1024 * mib, 11_000, '1.0 GiB of 1.0 GiB, 100 MiB/s'],
  ]
  test.each(cases)('%s', (_, done, all, elapsed, words) =>
    expect(play(done, all, elapsed)).toBe(`take a copy from db1: ${words}`),
  )

  test('counts its time from its beginning, and not over what came after it', () => {
    let now = 0
    const progress = createProgress(() => now)
    progress.take({ type: 'step.intended', ...step })
    for (now = 1000; now <= 3000; now += 1000)
      progress.take({ type: 'step.progress', ...step, done: now * 1000, all: 9e6 })
    expect(progress.active()).toMatchObject([{ since: 0 }])
    progress.take({ type: 'step.intended', ...step, title: 'follow db1' })
    progress.take({ type: 'step.progress', ...step, done: 1, all: 2 })
    expect(progress.active()[0]?.doing).toBe('follow db1')
  })
})
