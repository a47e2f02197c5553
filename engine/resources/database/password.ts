import { createHash } from 'node:crypto'
import type { Flavor } from '../../core/database.ts'
import { sha256 } from '../../core/hash.ts'
import { reveal, type Secret, secretOf } from '../../core/secret.ts'
import { literal } from '../../core/sql.ts'
import { cachingSha2 } from './caching-sha2.ts'

/** What a server keeps of a password, which itself never gets there. */
export interface KeptPassword {
  readonly plugin: string
  /** SHA-256 of it, to be compared. */
  readonly digest: string
  /** As a literal of SQL. */
  readonly literal: Secret
}

const known = new WeakMap<Secret, Map<string, KeptPassword>>()

/** `salted` is what the salt is made of: always the same, so that what the server has can be compared. */
export const keptPassword = (flavor: Flavor, password: Secret, salted: string): KeptPassword => {
  const own = known.get(password) ?? new Map<string, KeptPassword>()
  known.set(password, own)
  const key = `${flavor} ${salted}`
  const kept = own.get(key) ?? keep(flavor, reveal(password), salted)
  own.set(key, kept)
  return kept
}

const keep = (flavor: Flavor, password: string, salted: string): KeptPassword => {
  const [plugin, kept] =
    flavor === 'mysql'
      ? ['caching_sha2_password', cachingSha2(password, sha256(salted).slice(0, 20))]
      : [
          'mysql_native_password',
          `*${sha1(sha1(Buffer.from(password)))
            .toString('hex')
            .toUpperCase()}`,
        ]
  return { plugin, digest: sha256(kept), literal: secretOf(literal(kept)) }
}

const sha1 = (bytes: Uint8Array): Buffer => createHash('sha1').update(bytes).digest()

/** A password as SQL writes it, for whoever has to log in with it. */
export const passwordLiteral = (password: Secret): Secret => secretOf(literal(reveal(password)))
