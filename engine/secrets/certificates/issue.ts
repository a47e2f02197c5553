import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { CertificateRequest } from '../../core/certificate-request.ts'
import type { Entry } from '../entries.ts'
import { day } from './due.ts'
import { authorityExtensions, hostExtensions } from './extensions.ts'
import type { Kept } from './kept.ts'
import { plainNames } from './names.ts'
import { signed, subjectCalled, subjectOf } from './x509.ts'

/** Days. */
const authorityLife = 3650

/** Milliseconds by which the clock of a host may be behind. */
const leeway = 300_000

const newKey = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

const dates = (now: Date, days: number) => ({
  from: new Date(now.getTime() - leeway),
  until: new Date(now.getTime() + days * day),
})

/** An authority with a new key. */
export const newAuthority = (name: string, now: Date): Entry => selfSigned(newKey(), subjectCalled(name), now)

/** The same authority for longer: what it has signed stays good. */
export const renewedAuthority = ({ key, x509 }: Kept, now: Date): Entry => selfSigned(key, subjectOf(x509.raw), now)

/** The same one in name, with another key: what it has signed is good for nothing. */
export const replacedAuthority = ({ x509 }: Kept, now: Date): Entry => selfSigned(newKey(), subjectOf(x509.raw), now)

const selfSigned = (key: string, subject: ReturnType<typeof subjectOf>, now: Date): Entry => {
  const signer = createPrivateKey(key)
  const publicKey = createPublicKey(key)
  const extensions = authorityExtensions(publicKey)
  const contents = { subject, issuer: subject, publicKey, signer, extensions }
  return { value: key, certificate: signed({ ...contents, ...dates(now, authorityLife) }) }
}

type Order = Pick<Required<CertificateRequest>, 'names' | 'uses'> & {
  readonly days: number
  /** Of the certificate that is renewed. Default: a new one. */
  readonly key?: string | undefined
}

/** A certificate of a host. */
export const issued = (authority: Kept, order: Order, now: Date): Entry => {
  const key = order.key ?? newKey()
  const publicKey: KeyObject = createPublicKey(key)
  const names = plainNames(order.names)
  const { from, until } = dates(now, order.days)
  const certificate = signed({
    subject: subjectCalled(names[0] ?? ''),
    issuer: subjectOf(authority.x509.raw),
    from,
    // Never for longer than its authority.
    until: new Date(Math.min(until.getTime(), authority.until.getTime())),
    publicKey,
    signer: createPrivateKey(authority.key),
    extensions: hostExtensions({ names, uses: order.uses, publicKey, authority: authority.x509.publicKey }),
  })
  return { value: key, certificate }
}
