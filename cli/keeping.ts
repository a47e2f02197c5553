import { existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Inventory } from '../engine/inventory/index.ts'
import type { Keys } from '../engine/secrets/age.ts'
import { ensureAgeFile } from '../engine/secrets/age-file.ts'
import { ensureIdentity, recipientsOf } from '../engine/secrets/identity.ts'
import type { Aside } from './aside.ts'
import { fromHere, labFolder, siteFolder } from './folders.ts'
import { openKeys } from './keys.ts'
import type { KeyOptions } from './options.ts'

/** An environment's file of secrets, and what opens it. */
export interface Keeping {
  readonly file: string
  readonly keys: Keys
}

/** An environment's secrets lie beside its inventory, or in it where it is a folder. */
export const secretsFile = ({ path, environment }: Pick<Inventory, 'path' | 'environment'>): string => {
  const folder = statSync(path).isDirectory() ? path : dirname(path)
  return fromHere(join(folder, `${environment}.secrets.age`))
}

/** Where the secrets of an environment are: of practice hosts without a file of their own, among what the lab keeps. */
export const keepingOf = async (inventory: Inventory, options: KeyOptions, aside: Aside): Promise<Keeping> => {
  const file = secretsFile(inventory)
  if (!isForPractice(inventory) || existsSync(file)) return { file, keys: openKeys(options, aside) }
  return keepingOfLab(inventory, aside)
}

/** Nobody but this machine knows these hosts, and what they guard is gone with them. */
const isForPractice = ({ hosts }: Inventory): boolean =>
  hosts.size > 0 && [...hosts.values()].every(({ variables }) => variables.fettle_lab === true)

const keepingOfLab = async ({ environment }: Inventory, aside: Aside): Promise<Keeping> => {
  const folder = labFolder(siteFolder())
  const identity = fromHere(join(folder, 'identity'))
  const file = fromHere(join(folder, `${environment}.secrets.age`))
  const keys = openKeys({ identity: [identity] }, aside)
  if (existsSync(file)) return { file, keys }
  await ensureIdentity(identity)
  await ensureAgeFile(file, { recipients: await recipientsOf(await keys.identities()) })
  return { file, keys }
}
