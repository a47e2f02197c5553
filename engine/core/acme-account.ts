import { createECDH, createHash, createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { FettleError } from './error.ts'
import { reveal, type Secret, secretOf } from './secret.ts'

/** The account at an authority that speaks ACME: who has its key may order in its name. */
export interface AcmeAccount {
  /** PEM, PKCS #8. */
  readonly key: Secret
  /** What answers to challenges end with (RFC 8555, 8.1); everybody may know it. */
  readonly thumbprint: string
}

/**
 * Pure. The account of a key: 64 hexadecimal digits, which are a key of the curve P-256, or PEM of any P-256 or RSA key.
 * Errors: `secret.invalid`.
 */
export const acmeAccount = (secret: Secret): AcmeAccount => {
  const key = keyOf(reveal(secret).trim())
  const jwk = key && createPublicKey(key).export({ format: 'jwk' })
  if (!key || !jwk || !isUsable(jwk))
    throw new FettleError({
      code: 'secret.invalid',
      message: 'the key of an ACME account is neither 64 hexadecimal digits nor PEM of a P-256 or RSA key',
      hint: 'leave it out: Fettle makes one, and keeps it among the secrets',
    })
  return {
    key: secretOf(key.export({ type: 'pkcs8', format: 'pem' }).toString()),
    thumbprint: createHash('sha256').update(canonical(jwk)).digest('base64url'),
  }
}

const keyOf = (text: string): KeyObject | undefined => {
  try {
    return /^[0-9a-f]{64}$/i.test(text) ? scalarKey(text) : createPrivateKey(text)
  } catch {
    return undefined
  }
}

const scalarKey = (hex: string): KeyObject => {
  const curve = createECDH('prime256v1')
  curve.setPrivateKey(hex, 'hex')
  const point = curve.getPublicKey()
  const part = (from: number): string => point.subarray(from, from + 32).toString('base64url')
  const d = Buffer.from(hex, 'hex').toString('base64url')
  return createPrivateKey({ key: { kty: 'EC', crv: 'P-256', x: part(1), y: part(33), d }, format: 'jwk' })
}

const isUsable = ({ kty, crv }: JsonWebKey): boolean => kty === 'RSA' || (kty === 'EC' && crv === 'P-256')

/** As RFC 7638 has it: the members that make the key, in alphabetical order. */
const canonical = ({ kty, crv, x, y, e, n }: JsonWebKey): string =>
  JSON.stringify(kty === 'RSA' ? { e, kty, n } : { crv, kty, x, y })
