import { FettleError, type Problem, throwAll } from '../core/error.ts'
import type { LabHostSpec } from './options.ts'
import type { LabHost, LabState } from './state.ts'

const firstNumber = 10
const lastNumber = 254

/** Stands for the machine that runs the lab, where two ends are named. */
export const controller = 'controller'

/** Errors: `lab.failed`, all bad names and releases at once. */
export const checkSpecs = (specs: readonly LabHostSpec[]): void => {
  const problems: Problem[] = []
  const complain = (message: string) => problems.push({ code: 'lab.failed', message })
  for (const { name, release } of specs) {
    if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) complain(`${name} cannot be a practice host's name`)
    if (name === controller) complain(`${controller} means this machine; a practice host needs another name`)
    if (!/^[a-z]+$/.test(release)) complain(`${release}, the release of ${name}, is no code name of Debian`)
  }
  const names = specs.map(({ name }) => name)
  for (const name of new Set(names.filter((name, index) => names.indexOf(name) !== index)))
    complain(`${name} is given twice`)
  throwAll(problems)
}

/**
 * The state with these hosts in it. A host that is known keeps its address, its identity and, unless its release
 * changes, its disk and the image under it.
 */
export const allocate = (
  state: LabState,
  specs: readonly LabHostSpec[],
  imageOf: (release: string) => string,
  newMachineId: () => string,
): LabState => {
  const hosts: Record<string, LabHost> = { ...state.hosts }
  const used = new Set(Object.values(hosts).map(({ number }) => number))
  for (const { name, release } of specs) {
    const known = hosts[name]
    if (known?.release === release && known.image !== '') continue
    const number = known?.number ?? freeNumber(used)
    used.add(number)
    hosts[name] = {
      name,
      release,
      number,
      address: addressOf(state.subnet, number),
      machineId: known?.machineId ?? newMachineId(),
      image: imageOf(release),
    }
  }
  return { ...state, hosts }
}

/** The state after a move to another subnet. */
export const renumber = (state: LabState, subnet: string): LabState => ({
  ...state,
  subnet,
  hosts: Object.fromEntries(
    Object.values(state.hosts).map((host) => [host.name, { ...host, address: addressOf(subnet, host.number) }]),
  ),
})

export const addressOf = (subnet: string, number: number): string => `${subnet}.${number}`

const freeNumber = (used: ReadonlySet<number>): number => {
  for (let number = firstNumber; number <= lastNumber; number++) if (!used.has(number)) return number
  throw new FettleError({ code: 'lab.failed', message: 'a lab holds at most 245 hosts' })
}
