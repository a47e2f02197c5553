import { createHash } from 'node:crypto'
import type { Entry } from './entry.ts'

export type Verdict =
  | { readonly type: 'known' }
  | { readonly type: 'revoked'; readonly entry: Entry }
  /** Another key is recorded for this host. */
  | { readonly type: 'changed'; readonly entry: Entry }
  /** `authorities` sign certificates for this host, which does not make a bare key known. */
  | { readonly type: 'unknown'; readonly authorities: readonly Entry[] }

/**
 * Judges the key that a host offers by the entries that concern the host. Stricter than OpenSSH in one case: a host
 * of which only keys of other types are recorded has changed, so that `accept-new` never takes a second key.
 */
export const judge = (entries: readonly Entry[], key: Buffer): Verdict => {
  const same = entries.filter((entry) => Buffer.from(entry.key, 'base64').equals(key))
  const revoked = same.find(({ mark }) => mark === 'revoked')
  if (revoked) return { type: 'revoked', entry: revoked }
  if (same.some(({ mark }) => mark === 'none')) return { type: 'known' }
  const recorded = entries.filter(({ mark }) => mark === 'none')
  const entry = recorded.find(({ type }) => type === typeOf(key)) ?? recorded[0]
  if (entry) return { type: 'changed', entry }
  return { type: 'unknown', authorities: entries.filter(({ mark }) => mark === 'authority') }
}

/** The name of the algorithm stands in front of every public key. */
export const typeOf = (key: Buffer): string => key.toString('latin1', 4, 4 + key.readUInt32BE(0))

export const fingerprint = (key: Buffer): string =>
  `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`

export const lineFor = (name: string, key: Buffer): string => `${name} ${typeOf(key)} ${key.toString('base64')}`
