import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { FettleError } from '../engine/core/error.ts'
import { secretName } from '../engine/core/secret-reference.ts'
import { didYouMean } from '../engine/core/suggest.ts'
import { keyCount } from '../engine/secrets/age.ts'
import {
  changeAgeFile,
  makeAgeFile,
  missingFile,
  readAgeFile,
  readRecipients,
  recipientsFile,
} from '../engine/secrets/age-file.ts'
import { type EntriesText, type Entry, withEntries } from '../engine/secrets/entries.ts'
import { makeIdentity, recipientsOf } from '../engine/secrets/identity.ts'
import { withoutLineEnd } from '../engine/secrets/sources.ts'
import { inTurn } from './aside.ts'
import { askNewPassphrase, askSecret } from './ask.ts'
import { type Keeping, keepingOf, secretsFile } from './keeping.ts'
import { openKeys, ownIdentity } from './keys.ts'
import type { KeyOptions } from './options.ts'
import { openInventory } from './site.ts'
import { say, write, writeSecret } from './write.ts'

export interface SecretsOptions extends KeyOptions {
  readonly inventory?: string
  readonly json?: true
}

export interface AudienceOptions extends SecretsOptions {
  readonly recipient?: readonly string[]
  readonly passphrase?: true
}

/** The environment's file of secrets, and what opens it. */
export const openKeeping = async (options: SecretsOptions): Promise<Keeping> =>
  keepingOf(await openInventory(options), options, inTurn())

export const init = async (options: AudienceOptions): Promise<void> => {
  const file = secretsFile(await openInventory(options))
  const keys = openKeys(options, inTurn())
  if (existsSync(file)) throw new FettleError({ code: 'usage', message: `there is ${file} already` })
  if (options.passphrase) await makeAgeFile(file, { passphrase: await askNewPassphrase(file) })
  else {
    const own = ownIdentity(options)
    if (!existsSync(own)) {
      await makeIdentity(own)
      say(`Made ${own}, your key. Keep a copy of it elsewhere: without it the secrets are lost.`)
    }
    const recipients = [...(await recipientsOf(await keys.identities())), ...(options.recipient ?? [])]
    await makeAgeFile(file, { recipients: [...new Set(recipients)] })
    say(`Wrote ${recipientsFile(file)}, the keys that open it.`)
  }
  say(`Wrote ${file}. Both belong into version control; fettle secrets edit fills it.`)
}

export const list = async (options: SecretsOptions): Promise<void> => {
  const { entries } = await read(options)
  for (const [name, entry] of entries) write(options.json ? JSON.stringify({ name, ...kindOf(entry) }) : name)
}

const kindOf = ({ made, certificate }: Entry) => ({
  generated: made !== undefined || certificate !== undefined,
  ...(certificate !== undefined && { certificate: true }),
})

/** The one command that shows a secret. */
export const get = async (name: string, options: SecretsOptions): Promise<void> => {
  const { entries } = await read(options)
  writeSecret(need(name, entries).value)
}

export const set = async (name: string, options: SecretsOptions): Promise<void> => {
  if (!secretName.test(name)) throw new FettleError({ code: 'usage', message: `"${name}" is not a name for a secret` })
  const { file, keys } = await openKeeping(options)
  if (!existsSync(file)) throw missingFile(file)
  const value = process.stdin.isTTY ? await askSecret(`value of ${name}`) : withoutLineEnd(await standardInput())
  if (value === '') throw new FettleError({ code: 'usage', message: 'the value is empty, so nothing was kept' })
  await changeAgeFile(file, keys, (before) => withEntries(before, new Map([[name, { value }]])))
}

export const remove = async (name: string, options: SecretsOptions): Promise<void> => {
  const { file, keys } = await openKeeping(options)
  await changeAgeFile(file, keys, (before) => {
    need(name, before.entries)
    return withEntries(before, new Map([[name, null]]))
  })
}

/** Needs no key. */
export const recipients = async (options: SecretsOptions): Promise<void> => {
  const { file } = await openKeeping(options)
  if (!existsSync(file)) throw missingFile(file)
  const count = keyCount(file, await readFile(file))
  if (count === null) return write(`a passphrase opens ${file}`)
  const listed = await readRecipients(file)
  for (const recipient of listed) write(recipient)
  if (listed.length === count) return
  say(`${file} is encrypted for ${count}, and ${recipientsFile(file)} names ${listed.length}: fettle secrets rotate`)
}

const read = async (options: SecretsOptions): Promise<EntriesText> => {
  const { file, keys } = await openKeeping(options)
  const found = await readAgeFile(file, keys)
  if (!found) throw missingFile(file)
  return found
}

const need = (name: string, entries: ReadonlyMap<string, Entry>): Entry => {
  const entry = entries.get(name)
  if (entry) return entry
  const hint = didYouMean(name, entries.keys()) ?? 'fettle secrets list names them'
  throw new FettleError({ code: 'secret.missing', message: `there is no secret "${name}"`, hint })
}

const standardInput = async (): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}
