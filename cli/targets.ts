import { resolve } from 'node:path'
import { FettleError } from '../engine/core/error.ts'
import type { Target } from '../engine/core/ports.ts'
import { didYouMean } from '../engine/core/suggest.ts'
import { type Connection, connectionOf, type Inventory } from '../engine/inventory/index.ts'
import { type Aside, inTurn } from './aside.ts'
import { askSecret, passphrasesOf } from './ask.ts'
import { siteFolder } from './folders.ts'
import type { HostOptions } from './options.ts'

/** Milliseconds. */
const connectDeadline = 15_000
const idleDeadline = 15_000

type LoginOptions = Pick<HostOptions, 'askBecomePass' | 'askPass'>

/** The way to each host. Passwords are asked for here, before anything runs; passphrases when a key needs one. */
export const openTargets = async (options: LoginOptions, aside: Aside): Promise<(connection: Connection) => Target> => {
  const password = options.askPass && (await askSecret('log-in password'))
  const becomePassword = options.askBecomePass && (await askSecret('sudo password'))
  const passphrase = passphrasesOf(aside)
  return ({ connectTimeout, confirmTimeout, keyFiles, knownHosts, ...way }) => ({
    ...way,
    ...(keyFiles && { keyFiles: keyFiles.map(inSite) }),
    ...(knownHosts && { knownHosts: knownHosts.map(inSite) }),
    ...(becomePassword !== undefined && { becomePassword: async () => becomePassword }),
    ...(password !== undefined && { password: async () => password }),
    ...(process.stdin.isTTY && { passphrase }),
    deadlines: {
      ...{ connect: connectTimeout ?? connectDeadline, idle: idleDeadline },
      ...(confirmTimeout !== undefined && { confirm: confirmTimeout }),
    },
  })
}

/** Files that the inventory names are the site's, from whichever of its folders Fettle is called. */
const inSite = (file: string): string => resolve(siteFolder(), file)

/** Errors: `limit.unknown`. */
export const oneTarget = async (name: string, inventory: Inventory, options: LoginOptions): Promise<Target> => {
  const host = inventory.hosts.get(name)
  if (host) return (await openTargets(options, inTurn()))(connectionOf(host))
  throw new FettleError({
    code: 'limit.unknown',
    message: `there is no host "${name}" in ${inventory.path}`,
    hint: didYouMean(name, inventory.hosts.keys()) ?? 'fettle inventory shows them all',
  })
}
