import { armor, Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption'
import { trouble } from './trouble.ts'

/** For whom a file is encrypted: for keys, or for whoever knows its passphrase. */
export type Audience = { readonly recipients: readonly string[] } | { readonly passphrase: string }

/** What may open files. Each is asked for only where a file needs it. */
export interface Keys {
  identities(): Promise<readonly string[]>
  passphrase(file: string): Promise<string>
}

export { generateX25519Identity as newIdentity, identityToRecipient as recipientOf }

/** The work factor is age's own. Text in armor, as `age --armor` writes it. Errors: `secret.invalid` for a recipient. */
export const encrypt = async (text: string | Uint8Array, audience: Audience): Promise<string> => {
  const encrypter = new Encrypter()
  if ('passphrase' in audience) encrypter.setPassphrase(audience.passphrase)
  else for (const recipient of audience.recipients) addRecipient(encrypter, recipient)
  return armor.encode(await encrypter.encrypt(text))
}

/** Errors: `secret.locked`, `secret.invalid`. */
export const decrypt = async (file: string, content: Uint8Array, keys: Keys): Promise<string> => {
  const bytes = unarmored(file, content)
  const decrypter = new Decrypter()
  if (isForPassphrase(bytes)) decrypter.addPassphrase(await keys.passphrase(file))
  else for (const identity of await identitiesFor(file, keys)) decrypter.addIdentity(identity)
  try {
    return await decrypter.decrypt(bytes, 'text')
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    if (!/no identity matched/.test(said)) throw trouble('secret.invalid', `${file} is damaged`, undefined, said)
    throw isForPassphrase(bytes)
      ? trouble('secret.locked', `the passphrase does not open ${file}`)
      : trouble('secret.locked', `none of your keys opens ${file}`, 'ask somebody whose key does to run secrets rotate')
  }
}

const identitiesFor = async (file: string, keys: Keys): Promise<readonly string[]> => {
  const identities = await keys.identities()
  if (identities.length > 0) return identities
  throw trouble('secret.locked', `${file} is encrypted, and there is no key to open it with`, identityHint)
}

export const identityHint =
  'name the file of your key with --identity or $FETTLE_IDENTITY; the usual one is ~/.config/fettle/identity'

const beginning = 'age-encryption.org/v1\n'
const armorBegin = '-----BEGIN AGE ENCRYPTED FILE-----'

export const isAge = (content: Uint8Array): boolean =>
  [beginning, armorBegin].some((first) => Buffer.from(content).toString('latin1').trimStart().startsWith(first))

const unarmored = (file: string, content: Uint8Array): Uint8Array => {
  if (!isAge(content)) throw trouble('secret.invalid', `${file} is not a file that age encrypted`)
  const text = Buffer.from(content).toString('latin1')
  if (!text.trimStart().startsWith(armorBegin)) return content
  try {
    return armor.decode(text)
  } catch (error) {
    throw trouble('secret.invalid', `${file} is damaged`, undefined, String(error))
  }
}

/** The stanzas of a header: one for each key that opens the file. */
const stanzas = (bytes: Uint8Array): readonly string[] => {
  const header = Buffer.from(bytes).toString('latin1').split('\n---', 1)[0] ?? ''
  return [...header.matchAll(/^-> (\S+)/gm)].map(([, type = '']) => type)
}

const isForPassphrase = (bytes: Uint8Array): boolean => stanzas(bytes).includes('scrypt')

/** How many keys open a file; null where it has a passphrase. */
export const keyCount = (file: string, content: Uint8Array): number | null => {
  const found = stanzas(unarmored(file, content))
  return found.includes('scrypt') ? null : found.filter((type) => !type.endsWith('-grease')).length
}

const addRecipient = (encrypter: Encrypter, recipient: string): void => {
  try {
    encrypter.addRecipient(recipient)
  } catch {
    throw trouble('secret.invalid', `"${recipient}" is not an age recipient`, 'it is the age1... that belongs to a key')
  }
}

/** The same for bytes that another program encrypted; undefined where none of the keys opens them. */
export const decryptBytes = async (
  content: Uint8Array,
  identities: readonly string[],
): Promise<Uint8Array | undefined> => {
  const decrypter = new Decrypter()
  for (const identity of identities) decrypter.addIdentity(identity)
  return decrypter.decrypt(unarmored('the data key', content)).catch(() => undefined)
}
