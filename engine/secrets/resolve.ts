import { FettleError, type Problem, throwAll } from '../core/error.ts'
import { groupBy } from '../core/group-by.ts'
import { fulfil, isFulfilled } from '../core/secret.ts'
import type { Reference, WantedSecret } from '../core/secret-reference.ts'
import { didYouMean } from '../core/suggest.ts'
import type { Keys } from './age.ts'
import type { Entries } from './entries.ts'
import { shortestMasked } from './forms.ts'
import { fromCommand, fromEnvironment, fromFile } from './sources.ts'
import { trouble } from './trouble.ts'

export interface Keeper {
  /** The environment's file of secrets. */
  readonly file: string
  /** The site's. */
  readonly folder: string
  readonly keys: Keys
  vaultPasswords(): Promise<readonly string[]>
  /** The environment's secrets, with those that are to be generated; asked for only where one is wanted. */
  entries(): Promise<Entries>
}

type Open<From extends Reference['from']> = (reference: Extract<Reference, { from: From }>) => Promise<string> | string

/**
 * Gives all wanted secrets their values; each reference is followed once.
 * Errors: `secret.missing`, `secret.locked`, `secret.invalid`, all at once, each where the reference stands.
 */
export const resolveSecrets = async (wanted: readonly WantedSecret[], keeper: Keeper): Promise<void> => {
  const open = opener(keeper)
  const alike = [...groupBy(new Set(wanted), ({ reference }) => JSON.stringify(reference)).values()]
  const problems = await Promise.all(alike.map((group) => resolveOne(group, open)))
  throwAll(problems.flat())
}

const resolveOne = async (
  group: readonly WantedSecret[],
  open: (reference: Reference) => Promise<string>,
): Promise<readonly Problem[]> => {
  const [first] = group
  if (!first) return []
  try {
    const value = await open(first.reference)
    if (value.length < shortestMasked) throw tooShort
    for (const { secret } of group) if (!isFulfilled(secret)) fulfil(secret, value)
    return []
  } catch (error) {
    if (!(error instanceof FettleError)) throw error
    const [{ code, message, detail, hint }] = error.problems
    const told = { code, message: `${first.setting}: ${message}`, ...(detail && { detail }), ...(hint && { hint }) }
    return [first.problem(told)]
  }
}

const tooShort = trouble(
  'secret.invalid',
  `it has less than ${shortestMasked} characters, too few to hide it in what hosts say`,
  'make it longer',
)

const opener = (keeper: Keeper): ((reference: Reference) => Promise<string>) => {
  const { file, folder, keys, entries } = keeper
  const open: { readonly [From in Reference['from']]: Open<From> } = {
    secret: async ({ name }) => valueNamed(name, await entries(), file),
    generate: async ({ name }) => valueNamed(name, await entries(), file),
    env: ({ name }) => fromEnvironment(name),
    file: ({ path }) => fromFile(path, folder),
    cmd: ({ command }) => fromCommand(command, folder),
    vault: async ({ text }) => (await import('./vault.ts')).openVault(text, await keeper.vaultPasswords()),
    sops: async (reference) => (await import('./sops.ts')).openSops(reference, folder, keys),
  }
  return async (reference) => (open[reference.from] as Open<Reference['from']>)(reference)
}

const valueNamed = (name: string, entries: Entries, file: string): string => {
  const entry = entries.get(name)
  if (entry) return entry.value
  const hint = didYouMean(name, entries.keys()) ?? `\`fettle secrets set ${name}\` puts it there`
  throw new FettleError({ code: 'secret.missing', message: `${file} has no secret "${name}"`, hint })
}
