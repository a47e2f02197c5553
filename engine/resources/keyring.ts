import { check } from './check.ts'

const checksum = (bytes: Uint8Array): number => {
  let crc = 0xb704ce
  for (const byte of bytes) {
    crc ^= byte << 16
    for (let bit = 0; bit < 8; bit++) {
      crc <<= 1
      if (crc & 0x1000000) crc ^= 0x1864cfb
    }
  }
  return crc & 0xffffff
}

/** The tag that a public key begins with, in its old and its new form. */
const isPublicKey = (tag: number): boolean => (tag & 0xfc) === 0x98 || tag === 0xc6

/** An OpenPGP public key as text: as it was given, or armored from base64. Errors: `resource.invalid`. */
export const armored = (source: string, key: string): string => {
  const trimmed = key.trim()
  if (trimmed.startsWith('-----BEGIN PGP PUBLIC KEY BLOCK-----')) return `${trimmed}\n`
  const bytes = Buffer.from(trimmed, 'base64')
  check(
    /^[A-Za-z0-9+/=\s]+$/.test(trimmed) && isPublicKey(bytes[0] ?? 0),
    `the key of apt source ${source} is not an OpenPGP public key`,
    'give it armored ("-----BEGIN PGP PUBLIC KEY BLOCK-----") or in base64',
  )
  const crc = Buffer.from(checksum(bytes).toString(16).padStart(6, '0'), 'hex').toString('base64')
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? []
  return [
    '-----BEGIN PGP PUBLIC KEY BLOCK-----',
    '',
    ...lines,
    `=${crc}`,
    '-----END PGP PUBLIC KEY BLOCK-----',
    '',
  ].join('\n')
}
