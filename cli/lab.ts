import type { Command } from 'commander'
import { FettleError } from '../engine/core/error.ts'
import { didYouMean } from '../engine/core/suggest.ts'
import type { Inventory } from '../engine/inventory/index.ts'
import * as practice from '../engine/lab/index.ts'
import { labFolder, siteFolder } from './folders.ts'
import { interruption } from './interruption.ts'
import { openLabInventory } from './site.ts'
import { sshTo } from './ssh.ts'
import { oneTarget } from './targets.ts'
import { say, write } from './write.ts'

interface LabCommandOptions {
  readonly inventory?: string
  readonly purge?: true
  readonly json?: true
}

/** One practice-host command; commander hands over its arguments, then options, then itself. */
export const lab = async (name: string, received: readonly unknown[]): Promise<void> => {
  const command = received.at(-1) as Command
  const chosen = command.opts<LabCommandOptions>()
  const [first = '', second = ''] = command.args
  const options = { stateDir: labFolder(siteFolder()), say, signal: interruption() }
  const actions: Record<string, () => Promise<unknown>> = {
    up: async () => {
      await practice.up(specs(await openLabInventory(chosen), command.args), options)
      showStatus(await practice.status(options), chosen)
    },
    down: () => practice.down({ ...options, ...(chosen.purge && { purge: true }) }),
    status: async () => showStatus(await practice.status(options), chosen),
    ssh: async () => sshTo(await oneTarget(first, await openLabInventory(chosen), {}), command.args.slice(1)),
    reset: () => practice.reset(first, options),
    reboot: () => practice.reboot(first, options),
    off: () => practice.powerOff(first, options),
    freeze: () => practice.freeze(first, options),
    thaw: () => practice.thaw(first, options),
    cut: () => practice.cut(first, second, options),
    heal: () => practice.heal(options),
  }
  await actions[name]?.()
  const words = outcomes(first, second)[name]
  if (words !== undefined) say(words)
}

/** What is so now, and how to take it back. */
const outcomes = (first: string, second: string): Readonly<Record<string, string>> => ({
  down: 'no practice host runs',
  reset: `${first} is as new`,
  reboot: `${first} is up again`,
  off: `${first} is off; fettle lab up ${first} switches it on again`,
  freeze: `${first} hangs; fettle lab thaw ${first} lets it go on`,
  thaw: `${first} goes on`,
  cut: `${first} and ${second} do not reach each other; fettle lab heal mends it`,
  heal: 'every cut is mended',
})

const specs = ({ hosts, path }: Inventory, only: readonly string[]): practice.LabHostSpec[] => {
  const all = [...hosts.values()].filter((host) => host.variables.fettle_lab === true)
  if (all.length === 0) {
    throw new FettleError({
      code: 'usage',
      message: `${path} has no practice hosts`,
      hint: 'practice hosts have the variable fettle_lab: true; choose another inventory with -i',
    })
  }
  const names = all.map((host) => host.name)
  for (const name of only) if (!names.includes(name)) throw noPracticeHost(name, path, names)
  return all
    .filter((host) => only.length === 0 || only.includes(host.name))
    .map((host) => ({ name: host.name, release: String(host.variables.fettle_lab_release ?? 'bookworm') }))
}

const noPracticeHost = (name: string, path: string, names: readonly string[]): FettleError =>
  new FettleError({
    code: 'limit.unknown',
    message: `there is no practice host "${name}" in ${path}`,
    hint: didYouMean(name, names) ?? `there are: ${names.join(', ')}`,
  })

const showStatus = (hosts: readonly practice.LabHostStatus[], { json }: LabCommandOptions): void => {
  const longest = Math.max(0, ...hosts.map(({ name }) => name.length))
  for (const host of hosts) write(json ? JSON.stringify(host) : statusLine(host, longest))
  if (hosts.length === 0) say('no practice hosts: fettle lab up starts them')
}

const statusLine = ({ name, address, release, state, memory }: practice.LabHostStatus, longest: number): string => {
  const size = state === 'stopped' ? '' : `${Math.round(memory / 2 ** 20)} MiB`
  return [name.padEnd(longest), address.padEnd(15), release.padEnd(8), state.padEnd(7), size.padStart(8)]
    .join('  ')
    .trimEnd()
}
