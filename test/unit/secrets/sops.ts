import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import { stringify } from 'yaml'
import { encrypt, recipientOf } from '../../../engine/secrets/age.ts'

type Tree = { readonly [key: string]: Tree | readonly (string | number)[] | string | number | boolean | null }

const lastmodified = '2026-11-25T10:00:00Z'

const sealed = (value: string, type: string, key: Buffer, place: string): string => {
  const iv = randomBytes(32)
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  cipher.setAAD(Buffer.from(place))
  const data = Buffer.concat([cipher.update(value), cipher.final()]).toString('base64')
  return `ENC[AES256_GCM,data:${data},iv:${iv.toString('base64')},tag:${cipher.getAuthTag().toString('base64')},type:${type}]`
}

const plain = (value: unknown): string => (typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value))
const types: Readonly<Record<string, string>> = { string: 'str', number: 'int', boolean: 'bool' }

interface Options {
  /** What is written in place of the MAC. */
  readonly mac?: string
  readonly macOnlyEncrypted?: true
}

/** Writes a file as SOPS does: values encrypted where they stand, names ending in `_unencrypted` left plain, a MAC over all. */
export const sopsFile = async (tree: Tree, identities: readonly string[], options: Options = {}): Promise<string> => {
  const key = randomBytes(32)
  const hash = createHash('sha512')
  if (options.macOnlyEncrypted) hash.update(createHash('sha256').update('sops').digest())
  const walk = (value: unknown, path: readonly string[]): unknown => {
    if (value === null) return null
    if (Array.isArray(value)) return value.map((item) => walk(item, path))
    if (typeof value === 'object')
      return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, walk(part, [...path, name])]))
    const isPlain = path.some((name) => name.endsWith('_unencrypted')) || value === ''
    if (!isPlain || !options.macOnlyEncrypted) hash.update(plain(value))
    return isPlain ? value : sealed(plain(value), types[typeof value] ?? 'str', key, `${path.join(':')}:`)
  }
  const values = walk(tree, []) as object
  const mac = options.mac ?? hash.digest('hex').toUpperCase()
  const age = await Promise.all(
    identities.map(async (identity) => {
      const recipient = await recipientOf(identity)
      return { recipient, enc: await encrypt(key, { recipients: [recipient] }) }
    }),
  )
  const only = options.macOnlyEncrypted && { mac_only_encrypted: true }
  const sops = { age, lastmodified, mac: sealed(mac, 'str', key, lastmodified), ...only, version: '3.9.1' }
  return stringify({ ...values, sops })
}
