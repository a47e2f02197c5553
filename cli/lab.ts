import type { Command } from 'commander'
import { FettleError } from '../engine/core/error.ts'
import type { Inventory } from '../engine/inventory/index.ts'
import * as practice from '../engine/lab/index.ts'
import { labFolder, openInventory, siteFolder } from './site.ts'
import { ssh } from './ssh.ts'
import { say, write } from './write.ts'

interface LabCommandOptions {
  readonly inventory: string
  readonly purge?: true
}

/** One practice-host command; commander hands over its arguments, then options, then itself. */
export const lab = async (name: string, received: readonly unknown[]): Promise<void> => {
  const command = received.at(-1) as Command
  const chosen = command.opts<LabCommandOptions>()
  const [first = '', second = ''] = command.args
  const options = { stateDir: labFolder(siteFolder()), say }
  const actions: Record<string, () => Promise<unknown>> = {
    up: async () => practice.up(specs(await openInventory(chosen), command.args), options),
    down: () => practice.down({ ...options, ...(chosen.purge && { purge: true }) }),
    status: async () => showStatus(await practice.status(options)),
    ssh: () => ssh(first, command.args.slice(1), { inventory: chosen.inventory, set: [], verbose: 0 }),
    reset: () => practice.reset(first, options),
    reboot: () => practice.reboot(first, options),
    freeze: () => practice.freeze(first, options),
    thaw: () => practice.thaw(first, options),
    cut: () => practice.cut(first, second, options),
    heal: () => practice.heal(options),
  }
  await actions[name]?.()
}

const specs = ({ hosts }: Inventory, only: readonly string[]): practice.LabHostSpec[] => {
  const wanted = [...hosts.values()].filter((host) => host.variables.fettle_lab === true)
  if (wanted.length === 0) {
    throw new FettleError({
      code: 'usage',
      message: 'this inventory has no practice hosts',
      hint: 'practice hosts have the variable fettle_lab: true, as in inventory/lab.yml',
    })
  }
  return wanted
    .filter((host) => only.length === 0 || only.includes(host.name))
    .map((host) => ({ name: host.name, release: String(host.variables.fettle_lab_release ?? 'bookworm') }))
}

const showStatus = (hosts: readonly practice.LabHostStatus[]): void => {
  if (hosts.length === 0) return say('no practice hosts: fettle lab up starts them')
  for (const { name, address, release, state } of hosts) {
    write(`${name.padEnd(16)}${address.padEnd(17)}${release.padEnd(10)}${state}`)
  }
}
