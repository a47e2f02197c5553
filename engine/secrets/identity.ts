import { mkdir, open, readFile, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { decrypt, identityHint, isAge, newIdentity, recipientOf } from './age.ts'
import { replace } from './replace.ts'
import { trouble } from './trouble.ts'

export const usualIdentity = (): string => join(homedir(), '.config/fettle/identity')

/**
 * The keys in files as age-keygen writes them; a file that is encrypted itself is opened with its passphrase. The usual
 * file may be missing. Errors: `secret.locked`, `secret.invalid`.
 */
export const readIdentities = async (
  files: readonly string[],
  passphrase: (file: string) => Promise<string>,
): Promise<readonly string[]> => {
  const named = files.length > 0
  const found: string[] = []
  for (const file of named ? files : [usualIdentity()]) {
    const content = await readFile(file).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' && !named) return null
      throw trouble('secret.locked', `the key file ${file} cannot be read: ${error.message}`, identityHint)
    })
    if (!content) continue
    await refuseOpenFile(file)
    const text = isAge(content)
      ? await decrypt(file, content, { identities: async () => [], passphrase })
      : String(content)
    found.push(...identitiesIn(file, text))
  }
  return found
}

const refuseOpenFile = async (file: string): Promise<void> => {
  const { mode } = await stat(file)
  if (mode & 0o077) throw trouble('secret.locked', `others may read the key file ${file}`, `chmod 600 ${file}`)
}

const identitiesIn = (file: string, text: string): string[] => {
  const lines = text.split('\n').map((line) => line.trim())
  const found = lines.filter((line) => line !== '' && !line.startsWith('#'))
  if (found.length === 0) throw trouble('secret.invalid', `${file} has no key in it`)
  if (found.every((line) => /^AGE-SECRET-KEY-/.test(line))) return found
  throw trouble('secret.invalid', `${file} is not a key file of age`, '`fettle secrets init` or age-keygen makes one')
}

export const recipientsOf = (identities: readonly string[]): Promise<string[]> =>
  Promise.all(identities.map((identity) => recipientOf(identity)))

/** Makes a key file where there is none, for one of several who may want it at once. */
export const ensureIdentity = async (file: string): Promise<void> => {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await replace(file, async (before) => (before ? null : contentOf(await newIdentity())))
}

const contentOf = async (identity: string): Promise<string> =>
  `# public key: ${await recipientOf(identity)}\n${identity}\n`

/** Makes a key file where there must be none; says whose it is. */
export const makeIdentity = async (file: string): Promise<string> => {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const identity = await newIdentity()
  const handle = await open(file, 'wx', 0o600)
  try {
    await writeFile(handle, await contentOf(identity))
    await handle.sync()
  } finally {
    await handle.close()
  }
  return recipientOf(identity)
}
