import type { Secret } from '../engine/core/secret.ts'
import type { Masker } from '../engine/secrets/masker.ts'

const known = new Set<Secret>()
let current: Masker | undefined

/** Hides these from all that is shown or written down from now on. */
export const hideSecrets = async (secrets: Iterable<Secret>): Promise<void> => {
  for (const secret of secrets) known.add(secret)
  const { masker } = await import('../engine/secrets/masker.ts')
  current = masker(known)
}

/** What may leave this process: the same without secrets. */
export const masked = <Value>(value: Value): Value => (current ? current.value(value) : value)
