import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { acmeAccount } from '../../../engine/core/acme-account.ts'
import { reveal, secretOf } from '../../../engine/core/secret.ts'
import { problemsIn } from '../support/problems.ts'

const pem = (kind: 'P-256' | 'P-384' | 'rsa'): string => {
  const { privateKey } =
    kind === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: kind })
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

test('64 digits are the scalar of a key: that of the example in RFC 7515, A.3', () => {
  const d = Buffer.from('jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI', 'base64url').toString('hex')
  const { key, thumbprint } = acmeAccount(secretOf(d))
  expect(createPublicKey(reveal(key)).export({ format: 'jwk' })).toMatchObject({
    x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
    y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
  })
  expect(thumbprint).toBe('oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U')
})

test.each(['P-256', 'rsa'] as const)('a key of one’s own, %s, as it is', (kind) => {
  const own = pem(kind)
  expect(reveal(acmeAccount(secretOf(`\n${own}`)).key)).toBe(own)
})

test.each([
  ['another curve', pem('P-384')],
  ['no scalar: zero', '0'.repeat(64)],
  ['too short', 'abcd'],
  ['no key', '-----BEGIN PRIVATE KEY-----\nMIG\n-----END PRIVATE KEY-----'],
])('refused, and not told: %s', (_, text) => {
  const problems = problemsIn(() => acmeAccount(secretOf(text)))
  expect(problems).toMatchObject([{ code: 'secret.invalid' }])
  expect(JSON.stringify(problems)).not.toContain(text.slice(0, 30))
})
