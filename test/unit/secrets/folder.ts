import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Keys } from '../../../engine/secrets/age.ts'

/** A folder of its own, gone when the test ends. */
export const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'fettle-secrets-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

export const write = (folder: string, name: string, text: string | Uint8Array, mode = 0o600): string => {
  const file = join(folder, name)
  writeFileSync(file, text)
  chmodSync(file, mode)
  return file
}

export const keysOf = (identities: readonly string[], passphrase = ''): Keys => ({
  identities: async () => identities,
  passphrase: async () => passphrase,
})
