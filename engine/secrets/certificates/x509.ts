import { type KeyObject, randomBytes, sign } from 'node:crypto'
import { AsnConvert } from '@peculiar/asn1-schema'
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  Certificate,
  type Extension,
  Extensions,
  Name,
  RelativeDistinguishedName,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509'

/** What a certificate is to say. */
export interface Contents {
  readonly subject: Name
  readonly issuer: Name
  readonly from: Date
  readonly until: Date
  readonly publicKey: KeyObject
  /** Private. */
  readonly signer: KeyObject
  readonly extensions: readonly Extension[]
}

/** A certificate as PEM, with a random number. */
export const signed = (contents: Contents): string => {
  const { subject, issuer, from, until, publicKey, signer, extensions } = contents
  const signature = new AlgorithmIdentifier({ algorithm: ecdsaWithSha256 })
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: randomSerial(),
    signature,
    issuer,
    subject,
    validity: new Validity({ notBefore: from, notAfter: until }),
    subjectPublicKeyInfo: publicKeyInfo(publicKey),
    extensions: new Extensions([...extensions]),
  })
  const signatureValue = bytes(sign('sha256', Buffer.from(AsnConvert.serialize(tbsCertificate)), signer))
  const certificate = new Certificate({ tbsCertificate, signatureAlgorithm: signature, signatureValue })
  return pem(Buffer.from(AsnConvert.serialize(certificate)))
}

const ecdsaWithSha256 = '1.2.840.10045.4.3.2'

/** Positive, and always of the same length. */
const randomSerial = (): ArrayBuffer => {
  const serial = randomBytes(16)
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40
  return bytes(serial)
}

export const bytes = (buffer: Buffer): ArrayBuffer => Uint8Array.from(buffer).buffer

const pem = (der: Buffer): string =>
  [
    '-----BEGIN CERTIFICATE-----',
    ...(der.toString('base64').match(/.{1,64}/g) ?? []),
    '-----END CERTIFICATE-----',
    '',
  ].join('\n')

export const publicKeyInfo = (key: KeyObject): SubjectPublicKeyInfo =>
  AsnConvert.parse(key.export({ type: 'spki', format: 'der' }), SubjectPublicKeyInfo)

const commonNameType = '2.5.4.3'

/** Longer ones have no place in a subject, which is empty then. */
export const longestCommonName = 64

export const subjectCalled = (name: string): Name => {
  if (name.length > longestCommonName) return new Name()
  const value = new AttributeValue({ utf8String: name })
  return new Name([new RelativeDistinguishedName([new AttributeTypeAndValue({ type: commonNameType, value })])])
}

export const subjectOf = (der: Buffer): Name => AsnConvert.parse(der, Certificate).tbsCertificate.subject
