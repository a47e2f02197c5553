import { createHash, type KeyObject } from 'node:crypto'
import { isIP } from 'node:net'
import { AsnConvert, OctetString } from '@peculiar/asn1-schema'
import {
  AuthorityKeyIdentifier,
  BasicConstraints,
  ExtendedKeyUsage,
  Extension,
  GeneralName,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
} from '@peculiar/asn1-x509'
import type { CertificateUse } from '../../core/certificate-request.ts'
import { extendedUses } from './kept.ts'
import { bytes, longestCommonName, publicKeyInfo } from './x509.ts'

/** Of an authority that issues no other authorities. */
export const authorityExtensions = (publicKey: KeyObject): readonly Extension[] => [
  extension(id_ce_basicConstraints, new BasicConstraints({ cA: true, pathLenConstraint: 0 }), true),
  extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign), true),
  extension(id_ce_subjectKeyIdentifier, new SubjectKeyIdentifier(keyIdentifier(publicKey))),
]

interface Issue {
  readonly names: readonly string[]
  readonly uses: readonly CertificateUse[]
  readonly publicKey: KeyObject
  readonly authority: KeyObject
}

export const hostExtensions = ({ names, uses, publicKey, authority }: Issue): readonly Extension[] => {
  const isSubjectEmpty = (names[0]?.length ?? 0) > longestCommonName
  const alternatives = names.map((name) => new GeneralName(isIP(name) === 0 ? { dNSName: name } : { iPAddress: name }))
  return [
    extension(id_ce_basicConstraints, new BasicConstraints({ cA: false }), true),
    extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.digitalSignature), true),
    extension(id_ce_extKeyUsage, new ExtendedKeyUsage(uses.map((use) => extendedUses[use]))),
    extension(id_ce_subjectAltName, new SubjectAlternativeName(alternatives), isSubjectEmpty),
    extension(id_ce_subjectKeyIdentifier, new SubjectKeyIdentifier(keyIdentifier(publicKey))),
    extension(
      id_ce_authorityKeyIdentifier,
      new AuthorityKeyIdentifier({ keyIdentifier: new SubjectKeyIdentifier(keyIdentifier(authority)) }),
    ),
  ]
}

const extension = (extnID: string, value: object, critical = false): Extension =>
  new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) })

/** The first 160 bits of the key's hash, as RFC 7093 has it. */
const keyIdentifier = (key: KeyObject): ArrayBuffer => {
  const { subjectPublicKey } = publicKeyInfo(key)
  return bytes(createHash('sha256').update(Buffer.from(subjectPublicKey)).digest().subarray(0, 20))
}
