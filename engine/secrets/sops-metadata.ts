import { isMap, type Node } from 'yaml'
import { decryptBytes, type Keys } from './age.ts'
import { trouble } from './trouble.ts'

/** What SOPS writes beside the values. */
export interface Metadata {
  /** The data key, encrypted for each recipient. */
  readonly age: readonly string[]
  readonly lastModified: string
  readonly mac: string
  readonly macOnlyEncrypted: boolean
}

export const readMetadata = (file: string, root: Node | null): Metadata => {
  const sops = isMap(root) ? (root.toJSON() as Record<string, unknown>).sops : undefined
  if (typeof sops !== 'object' || sops === null) throw trouble('secret.invalid', `SOPS has not encrypted ${file}`)
  const { age, lastmodified, mac, mac_only_encrypted: only } = sops as Record<string, unknown>
  if (typeof lastmodified !== 'string' || typeof mac !== 'string')
    throw trouble('secret.invalid', `${file} lacks the MAC that SOPS writes`)
  const recipients = Array.isArray(age) ? age : []
  const encrypted = recipients.flatMap((each) => (typeof each?.enc === 'string' ? [each.enc as string] : []))
  if (encrypted.length === 0)
    throw trouble(
      'secret.invalid',
      `SOPS encrypted ${file} for no age key`,
      'add one: sops rotate -i --add-age age1...',
    )
  return { age: encrypted, lastModified: lastmodified, mac, macOnlyEncrypted: only === true }
}

export const dataKeyOf = async (file: string, { age }: Metadata, keys: Keys): Promise<Buffer> => {
  const identities = await keys.identities()
  for (const encrypted of age) {
    const key = await decryptBytes(Buffer.from(encrypted), identities)
    if (key) return Buffer.from(key)
  }
  throw trouble('secret.locked', `none of your keys opens ${file}`, 'SOPS must encrypt it for a key of yours')
}
