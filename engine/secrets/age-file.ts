import { readFile } from 'node:fs/promises'
import { type Audience, decrypt, encrypt, type Keys, keyCount } from './age.ts'
import { type EntriesText, readEntries } from './entries.ts'
import { recipientsOf } from './identity.ts'
import { replace } from './replace.ts'
import { trouble } from './trouble.ts'

/** Whom the keys of an environment's secrets belong to: one a line, as `age -R` reads it. */
export const recipientsFile = (file: string): string => file.replace(/\.age$/, '.recipients')

/** Reads the secrets of an environment; null where it has none. Errors: `secret.locked`, `secret.invalid`. */
export const readAgeFile = async (file: string, keys: Keys): Promise<EntriesText | null> => {
  const content = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw trouble('secret.locked', `${file} cannot be read: ${error.message}`)
  })
  return content && readEntries(await decrypt(file, content, keys))
}

/** Makes an environment's first file. Errors: `secret.invalid` where there is one. */
export const makeAgeFile = async (file: string, audience: Audience): Promise<void> => {
  if (!(await ensureAgeFile(file, audience))) throw trouble('secret.invalid', `there is ${file} already`)
}

/** Makes the file where there is none. Whether there was none. */
export const ensureAgeFile = async (file: string, audience: Audience): Promise<boolean> => {
  let isFirst = false
  await replace(file, async (before) => {
    isFirst = before === null
    return isFirst ? encrypt('# NAME: value, one a line\n', audience) : null
  })
  if (isFirst && 'recipients' in audience) await writeRecipients(file, audience.recipients)
  return isFirst
}

/** Changes the secrets of an environment; those who could open the file before can do so after. */
export const changeAgeFile = (
  file: string,
  keys: Keys,
  change: (before: EntriesText) => EntriesText | null | Promise<EntriesText | null>,
): Promise<void> =>
  replace(file, async (content) => {
    if (!content) throw missingFile(file)
    const before = readEntries(await decrypt(file, content, keys))
    const after = await change(before)
    return after && encrypt(after.text, await audienceOf(file, content, keys))
  })

/** Encrypts the secrets of an environment for others, changed on the way. */
export const handOver = async (
  file: string,
  keys: Keys,
  audience: Audience,
  change: (before: EntriesText) => EntriesText | Promise<EntriesText>,
): Promise<void> => {
  if ('recipients' in audience) await writeRecipients(file, audience.recipients)
  await replace(file, async (content) => {
    if (!content) throw missingFile(file)
    const after = await change(readEntries(await decrypt(file, content, keys)))
    return encrypt(after.text, audience)
  })
}

export const missingFile = (file: string) =>
  trouble('secret.missing', `there is no ${file}`, '`fettle secrets init` makes it')

export const audienceOf = async (file: string, content: Uint8Array, keys: Keys): Promise<Audience> => {
  if (keyCount(file, content) === null) return { passphrase: await keys.passphrase(file) }
  const listed = await readRecipients(file)
  return { recipients: listed.length > 0 ? listed : await recipientsOf(await keys.identities()) }
}

/** Empty where nobody wrote them down. */
export const readRecipients = async (file: string): Promise<readonly string[]> => {
  const text = await readFile(recipientsFile(file), 'utf8').catch(() => '')
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
}

/** Comments stay with the recipients that stay. */
const writeRecipients = (file: string, recipients: readonly string[]): Promise<void> => {
  const change = async (before: Buffer | null) => {
    const known = String(before ?? '').split('\n')
    const kept = known.filter((line) => line.trim() === '' || line.startsWith('#') || recipients.includes(line.trim()))
    const added = recipients.filter((recipient) => !kept.some((line) => line.trim() === recipient))
    return `${[...kept.join('\n').trim().split('\n'), ...added].filter((line) => line !== '').join('\n')}\n`
  }
  return replace(recipientsFile(file), change, 0o644)
}
