import { describe, expect, test } from 'vitest'
import type { HealthCheck } from '../../../engine/core/rotation.ts'
import {
  type Asker,
  judgeAnswer,
  probeScript,
  probeUntilHealthy,
  questionOf,
} from '../../../engine/rollout/rotation/probe.ts'

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
  ['good, after what openssl says first', `Connecting to 10.0.0.1\n${good}`, {}, null],
  [
    'another’s certificate',
    `verify error:num=62:hostname mismatch
40A7E1CAC07F0000:error:0A000086:SSL routines:tls_post_process_server_certificate:certificate verify failed:../ssl/statem/statem_clnt.c:1889:
`,
    {},
    'hostname mismatch',
  ],
  [
    'nobody, over TLS',
    `4037D3CB0F7F0000:error:8000006F:system library:BIO_connect:Connection refused:../crypto/bio/bio_sock2.c:125:calling connect()
4037D3CB0F7F0000:error:10000067:BIO routines:BIO_connect:connect error:../crypto/bio/bio_sock2.c:127:
connect:errno=111
`,
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

describe('an instance', () => {
  const web1 = { name: 'web1', address: '2001:db8::11' }

  test('that speaks plain HTTP is asked so', () => {
    expect(probeScript(questionOf(web1, { port: 3000, health }, 'v2-bb'))).toContain(
      'probe 2001:db8::11 3000 /readyz health.internal',
    )
  })

  test('that speaks TLS must show a certificate for the name of its host', () => {
    const script = probeScript(questionOf(web1, { port: 3000, health, tls: true }, 'v2-bb'))
    expect(script).toMatch(/-verify_return_error -CAfile \/etc\/fettle\/ca.pem .* -verify_hostname "\$5"/)
    expect(script).toContain("'[2001:db8::11]' 3000 /readyz health.internal web1")
  })
})
