import { createDecipheriv } from 'node:crypto'

const form = /^ENC\[AES256_GCM,data:(.*),iv:(.+),tag:(.+),type:(\w+)\]$/

export interface OpenedValue {
  readonly text: string
  readonly type: string
}

/** Opens one value where it stands; `place` is what SOPS bound it to. Undefined where it is damaged or stands elsewhere. */
export const openValue = (sealed: string, key: Buffer, place: string): OpenedValue | undefined => {
  const [, data, iv, tag, type] = form.exec(sealed) ?? []
  if (data === undefined || iv === undefined || tag === undefined || type === undefined) return undefined
  const [cipherText, nonce, seal] = [data, iv, tag].map((part) => Buffer.from(part, 'base64'))
  if (!cipherText || !nonce || seal?.length !== 16) return undefined
  const decipher = createDecipheriv('aes-256-gcm', key, nonce)
  decipher.setAAD(Buffer.from(place))
  decipher.setAuthTag(seal)
  try {
    return { text: Buffer.concat([decipher.update(cipherText), decipher.final()]).toString('utf8'), type }
  } catch {
    return undefined
  }
}
