import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { resolveSite } from '../engine/inventory/resolve.ts'
import type { Audience, Keys } from '../engine/secrets/age.ts'
import { audienceOf, handOver, missingFile } from '../engine/secrets/age-file.ts'
import { type Entries, type Entry, withEntries } from '../engine/secrets/entries.ts'
import { generate } from '../engine/secrets/generate.ts'
import { recipientsOf } from '../engine/secrets/identity.ts'
import { askNewPassphrase } from './ask.ts'
import { loadRoles } from './load-roles.ts'
import { compressNames } from './render/names.ts'
import { type AudienceOptions, openKeeping } from './secrets.ts'
import { type Use, usesIn } from './secrets-uses.ts'
import { chooseHosts } from './site.ts'
import { say, write } from './write.ts'

interface RotateOptions extends AudienceOptions {
  readonly generated?: true
}

/** Encrypts all secrets anew; what was generated may be made anew on the way. */
export const rotate = async (options: RotateOptions): Promise<void> => {
  const { file, keys } = await openKeeping(options)
  if (!existsSync(file)) throw missingFile(file)
  const audience = await newAudience(file, keys, options)
  let renewed: readonly string[] = []
  await handOver(file, keys, audience, async (before) => {
    if (!options.generated) return before
    const made = await newValues(before.entries)
    renewed = [...made.keys()]
    return withEntries(before, made)
  })
  if ('recipients' in audience) await warnIfLockedOut(audience.recipients, keys)
  say(`${file} is encrypted anew${'recipients' in audience ? ` for ${audience.recipients.length}` : ''}.`)
  if (options.generated) await tellUses(renewed, options)
}

const newAudience = async (file: string, keys: Keys, options: RotateOptions): Promise<Audience> => {
  if (options.passphrase) return { passphrase: await askNewPassphrase(file) }
  if (options.recipient) return { recipients: [...new Set(options.recipient)] }
  return audienceOf(file, await readFile(file), keys)
}

const newValues = async (entries: Entries): Promise<ReadonlyMap<string, Entry>> => {
  const generated = [...entries].flatMap(([name, { made }]) =>
    made && !made.lasting ? [[name, generate(made)] as const] : [],
  )
  const { replacedCertificates } = await import('../engine/secrets/certificates/replace-all.ts')
  return new Map([...generated, ...replacedCertificates(entries, new Date())])
}

const warnIfLockedOut = async (recipients: readonly string[], keys: Keys): Promise<void> => {
  const own = await recipientsOf(await keys.identities())
  if (!own.some((recipient) => recipients.includes(recipient)))
    say('None of these keys is yours: you cannot open it any more.')
}

/** Who is to be provisioned now. */
const tellUses = async (names: readonly string[], options: RotateOptions): Promise<void> => {
  const { folder, site, inventory } = await chooseHosts({ ...options, verbose: 0 })
  const usesOf = usesIn(resolveSite({ site, inventory, roles: await loadRoles(folder), set: [] }))
  for (const name of names) write(`${name}: ${usesText(usesOf(name))}`)
  if (names.length === 0) say('No secret was generated, so none was replaced.')
  else say('fettle provision brings the new values to these hosts.')
}

const usesText = (uses: readonly Use[]): string => {
  if (uses.length === 0) return 'no host uses it'
  const roles = [...new Set(uses.map(({ role }) => role))]
  return `role ${roles.join(', ')} on ${compressNames(uses.map(({ host }) => host))}`
}
