import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { answeredBy, judge } from '../../load/generator/answer.ts'

const body = Buffer.from('all of it')
const digest = `sha-256=:${createHash('sha256').update(body).digest('base64')}:`
const answer = { status: 200, headers: { 'repr-digest': digest }, body }

test.each([
  ['has the right status', answer, { status: 200 }],
  ['says what it must', answer, { status: 200, contains: 'of' }],
  ['is what its digest says', answer, { status: 200, digest: true }],
])('an answer is good that %s', (_, given, expected) => expect(judge(given, expected)).toBeNull())

test.each([
  ['has another status', { ...answer, status: 503 }, { status: 200 }, 'status 503'],
  ['is refused', { ...answer, status: 409 }, { status: 201 }, 'status 4xx'],
  ['does not say what it must', answer, { status: 200, contains: 'none' }, 'wrong content'],
  [
    'is another than its digest says',
    { ...answer, body: body.subarray(1) },
    { status: 200, digest: true },
    'wrong content',
  ],
  ['has no digest', { ...answer, headers: {} }, { status: 200, digest: true }, 'wrong content'],
])('an answer has failed that %s', (_, given, expected, failure) =>
  expect(judge(given, expected)).toMatchObject({ class: failure }),
)

test('an answer may say who gave it', () => {
  expect(answeredBy({ 'x-release': 'v2-abc', 'x-served-by': 'web1' })).toEqual({ release: 'v2-abc', host: 'web1' })
  expect(answeredBy({})).toEqual({ release: 'unknown', host: 'unknown' })
})
