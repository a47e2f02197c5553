import { FettleError } from '../engine/core/error.ts'
import type { Target } from '../engine/core/ports.ts'
import { didYouMean } from '../engine/core/suggest.ts'
import { type Connection, connectionOf, type Inventory } from '../engine/inventory/index.ts'
import { askSecret } from './ask.ts'
import type { HostOptions } from './options.ts'

/** Milliseconds. */
const connectDeadline = 15_000
const idleDeadline = 15_000

/** The way to each host. A password is asked for once, and only when a host wants it. */
export const targetsOf = (options: HostOptions): ((connection: Connection) => Target) => {
  const becomePassword = once(() => askSecret('sudo password'))
  const password = once(() => askSecret('log-in password'))
  const passphrases = new Map<string, () => Promise<string>>()
  const passphrase = (keyFile: string) => {
    const ask = passphrases.get(keyFile) ?? once(() => askSecret(`passphrase of ${keyFile}`))
    passphrases.set(keyFile, ask)
    return ask()
  }
  return (connection) => {
    const { connectTimeout, ...way } = connection
    return {
      ...way,
      ...(options.askBecomePass && { becomePassword }),
      ...(options.askPass && { password }),
      ...(process.stdin.isTTY && { passphrase }),
      deadlines: { connect: connectTimeout ?? connectDeadline, idle: idleDeadline },
    }
  }
}

/** For commands that need the inventory alone. */
export const targetsFrom = (inventory: Inventory, options: HostOptions): Target[] =>
  [...inventory.hosts.values()].map(connectionOf).map(targetsOf(options))

/** Errors: `limit.unknown`. */
export const oneTarget = (name: string, inventory: Inventory, options: HostOptions): Target => {
  const target = targetsFrom(inventory, options).find((candidate) => candidate.name === name)
  if (target) return target
  throw new FettleError({
    code: 'limit.unknown',
    message: `there is no host "${name}" in ${inventory.path}`,
    hint: didYouMean(name, inventory.hosts.keys()) ?? 'fettle inventory shows them all',
  })
}

const once = <Value>(ask: () => Promise<Value>): (() => Promise<Value>) => {
  let answer: Promise<Value> | undefined
  return () => {
    answer ??= ask()
    return answer
  }
}
