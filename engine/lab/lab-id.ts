import { realpath } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { sha256 } from '../core/hash.ts'

/** A lab's identity comes from the one place where it lives, whether that is there yet or still. */
export const labId = async (stateDir: string): Promise<string> => {
  const place = resolve(stateDir)
  const parent = await realpath(dirname(place)).catch(() => dirname(place))
  const real = await realpath(place).catch(() => join(parent, basename(place)))
  return sha256(real).slice(0, 6)
}
