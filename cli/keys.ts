import type { Keys } from '../engine/secrets/age.ts'
import { readIdentities, usualIdentity } from '../engine/secrets/identity.ts'
import type { Aside } from './aside.ts'
import { passphrasesOf } from './ask.ts'
import type { KeyOptions } from './options.ts'

export interface SecretsUse {
  /** Asks for passphrases and passwords. */
  readonly aside: Aside
  /** Keeps what is generated. */
  readonly keeps: boolean
}

/** The files of the user's keys; where none is named, the usual one. */
export const identityFiles = ({ identity = [] }: KeyOptions): readonly string[] => {
  if (identity.length > 0) return identity
  return process.env.FETTLE_IDENTITY ? [process.env.FETTLE_IDENTITY] : []
}

/** Where a key is made if there is none. */
export const ownIdentity = (options: KeyOptions): string => identityFiles(options)[0] ?? usualIdentity()

/** What opens files of age; read, and asked for, once and only where it is needed. */
export const openKeys = (options: KeyOptions, aside: Aside): Keys => {
  const passphrase = passphrasesOf(aside)
  let identities: Promise<readonly string[]> | undefined
  return {
    passphrase,
    identities: () => {
      identities ??= readIdentities(identityFiles(options), passphrase)
      return identities
    },
  }
}
