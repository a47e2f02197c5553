import { describe, expect, test } from 'vitest'
import type { HealthCheck } from '../../../engine/core/rotation.ts'
import { type Asker, judgeAnswer, probeUntilHealthy } from '../../../engine/rollout/rotation/probe.ts'

const health: HealthCheck = {
  path: '/readyz',
  host: 'health.internal',
  status: 200,
  release: 'X-Release',
  passes: 3,
  within: 60,
}
const answer = (status: string, ...headers: readonly string[]) => [`HTTP/1.1 ${status}`, ...headers, ''].join('\r\n')
const good = answer('200 OK', 'x-release: v2-bb')

test.each<[string, string, Partial<HealthCheck>, string | null]>([
  ['good', good, {}, null],
  ['good, the header in other letters', answer('200 OK', 'Date: now', 'X-RELEASE:v2-bb '), {}, null],
  ['good, by an old protocol', 'HTTP/1.0 200 OK\nx-release: v2-bb\n', {}, null],
  ['good, where no release is told', answer('200 OK'), { release: null }, null],
  ['good, with another status', answer('204 No Content', 'x-release: v2-bb'), { status: 204 }, null],
  ['ill', answer('503 Service Unavailable', 'x-release: v2-bb'), {}, 'the answer is 503 Service Unavailable, not 200'],
  ['a status without words', answer('404'), {}, 'the answer is 404, not 200'],
  ['the release before', answer('200 OK', 'x-release: v1-aa'), {}, 'the answer comes from release v1-aa'],
  ['a longer name', answer('200 OK', 'x-release: v2-bbb'), {}, 'the answer comes from release v2-bbb'],
  ['no release', answer('200 OK', 'x-released: v2-bb'), {}, 'the answer has no header X-Release'],
  ['silence', '', {}, 'no answer'],
  [
    'nobody',
    'probe: connect: Connection refused\nprobe: line 1: /dev/tcp/10.0.0.1/3000: Connection refused\n',
    {},
    'Connection refused',
  ],
  ['something else than HTTP', 'SSH-2.0-OpenSSH_9.2\r\n', {}, 'SSH-2.0-OpenSSH_9.2'],
])('an answer: %s', (_, head, change, fault) => {
  expect(judgeAnswer(head, { health: { ...health, ...change }, release: 'v2-bb' })).toBe(fault)
})

/** Answers in turn; the last one from then on. */
const asker = (host: string, ...answers: readonly string[]): Asker & { readonly asked: () => number } => {
  let count = 0
  return { host, asked: () => count, ask: async () => answers[Math.min(count++, answers.length - 1)] ?? '' }
}
const ask = (askers: readonly Asker[], change: Partial<HealthCheck> = {}) =>
  probeUntilHealthy(askers, { address: '10.0.0.1', port: 3000, health: { ...health, ...change }, release: 'v2-bb' })

describe('asked until it is healthy', () => {
  test('so many good answers in a row, not altogether', async () => {
    const one = asker('lb1', '', good, good, '', good)
    await ask([one])
    expect(one.asked()).toBe(7)
  })

  test('by everybody', async () => {
    const [one, other] = [asker('lb1', good), asker('lb2', good)]
    await ask([one, other])
    expect([one.asked(), other.asked()]).toEqual([3, 3])
  })

  test('time that is up is no fault while answers are good', async () => {
    const one = asker('lb1', good)
    await ask([one], { within: 0 })
    expect(one.asked()).toBe(3)
  })

  test('one who sees it ill is enough', async () => {
    const ill = asker('lb2', answer('503 Service Unavailable'))
    await expect(ask([asker('lb1', good), ill], { within: 0 })).rejects.toMatchObject({
      problems: [
        {
          code: 'instance.unhealthy',
          message: 'no 3 good answers in 0 s from 10.0.0.1:3000/readyz, asked from lb2',
          detail: 'the last one: the answer is 503 Service Unavailable, not 200',
        },
      ],
    })
  })
})
