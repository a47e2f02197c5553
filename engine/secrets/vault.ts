import { createDecipheriv, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto'
import { vaultHeader } from '../core/secret-reference.ts'
import { trouble } from './trouble.ts'

interface Envelope {
  readonly salt: Buffer
  readonly hmac: Buffer
  readonly sealed: Buffer
}

/**
 * Opens what Ansible Vault has encrypted, a file or a value, with the first password that fits.
 * Errors: `secret.invalid` where it is damaged, `secret.locked` where no password fits.
 */
export const openVault = (text: string, passwords: readonly string[]): string => {
  const envelope = readEnvelope(text)
  for (const password of passwords) {
    const opened = openWith(envelope, password)
    if (opened) return opened.toString('utf8')
  }
  throw passwords.length === 0
    ? trouble('secret.locked', 'it is encrypted with Ansible Vault, and there is no password', passwordHint)
    : trouble('secret.locked', 'no vault password fits', passwordHint)
}

export const passwordHint = 'give the password with --vault-password-file or $ANSIBLE_VAULT_PASSWORD_FILE'

/** The key, the key of the HMAC, and the counter: 80 bytes from 10,000 rounds. */
const openWith = ({ salt, hmac, sealed }: Envelope, password: string): Buffer | undefined => {
  const derived = pbkdf2Sync(password, salt, 10_000, 80, 'sha256')
  const expected = createHmac('sha256', derived.subarray(32, 64)).update(sealed).digest()
  if (hmac.length !== expected.length || !timingSafeEqual(hmac, expected)) return undefined
  const decipher = createDecipheriv('aes-256-ctr', derived.subarray(0, 32), derived.subarray(64, 80))
  const padded = Buffer.concat([decipher.update(sealed), decipher.final()])
  return padded.subarray(0, padded.length - (padded.at(-1) ?? 0))
}

/** Hexadecimal of three lines, each hexadecimal: salt, HMAC, cipher text. */
const readEnvelope = (text: string): Envelope => {
  const [header = '', ...lines] = text.trim().split('\n')
  const [version, cipher] = header.trim().slice(vaultHeader.length).split(';')
  if (!['1.1', '1.2'].includes(version ?? '') || cipher !== 'AES256')
    throw trouble('secret.invalid', `Ansible Vault's format "${header.trim()}" is not known`)
  const [salt, hmac, sealed] = fromHex(lines.map((line) => line.trim()).join(''))
    .toString('latin1')
    .split('\n')
    .map(fromHex)
  if (!salt || !hmac || !sealed) throw damaged()
  return { salt, hmac, sealed }
}

const fromHex = (text: string): Buffer => {
  if (!/^(?:[0-9a-f]{2})*$/i.test(text)) throw damaged()
  return Buffer.from(text, 'hex')
}

const damaged = () => trouble('secret.invalid', 'it is not what Ansible Vault encrypts to, or damaged')
