import { execFileSync } from 'node:child_process'
import { accessSync, constants, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { FettleError } from '../engine/core/error.ts'
import type { Secret } from '../engine/core/secret.ts'
import type { Unsealing } from '../engine/inventory/index.ts'
import { openVault } from '../engine/secrets/vault.ts'
import type { Aside } from './aside.ts'
import { inTurn } from './aside.ts'
import { askSecret } from './ask.ts'
import { hideSecrets } from './masking.ts'
import type { KeyOptions } from './options.ts'

type Options = Pick<KeyOptions, 'vaultPasswordFile'>

let known: Promise<readonly string[]> | undefined

/** From files, else from the environment's file, else asked at a terminal; once. Empty where nobody can say. */
export const vaultPasswords = (options: Options, aside: Aside): Promise<readonly string[]> => {
  known ??= findPasswords(options, aside)
  return known
}

const findPasswords = async ({ vaultPasswordFile = [] }: Options, aside: Aside): Promise<readonly string[]> => {
  const fromEnvironment = process.env.ANSIBLE_VAULT_PASSWORD_FILE
  const files = vaultPasswordFile.length > 0 ? vaultPasswordFile : fromEnvironment ? [fromEnvironment] : []
  if (files.length > 0) return files.map(passwordIn)
  return process.stdin.isTTY ? [await aside(() => askSecret('vault password'))] : []
}

/** As Ansible has it: a program is run, and prints the password. */
const passwordIn = (file: string): string => {
  try {
    const text = isProgram(file) ? execFileSync(resolve(file), { encoding: 'utf8' }) : readFileSync(file, 'utf8')
    return text.trim()
  } catch (error) {
    const { message } = error as Error
    throw new FettleError({ code: 'secret.locked', message: `no vault password is to be had from ${file}: ${message}` })
  }
}

const isProgram = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Loads an inventory that was found locked. Errors: the same, where nobody can say a password. */
export const loadSealed = async <Loaded>(
  options: Options,
  locked: FettleError,
  load: (unsealing: Unsealing) => Promise<Loaded>,
): Promise<Loaded> => {
  const passwords = await vaultPasswords(options, inTurn())
  if (passwords.length === 0) throw locked
  const found: Secret[] = []
  const loaded = await load({ open: (text) => openVault(text, passwords), found: (secret) => found.push(secret) })
  await hideSecrets(found)
  return loaded
}
