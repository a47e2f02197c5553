import { rm } from 'node:fs/promises'
import { cutRules, type Outward, outwardRules } from './firewall.ts'
import { machineDir, raiseSettings, restoreSettings } from './machine-settings.ts'
import { closePassage, openPassage } from './passage.ts'
import { run } from './run.ts'
import { bridgeAddress, bridgeOf, type LabState } from './state.ts'
import { type Range, rangeOf } from './subnet.ts'

export const machineLock = `${machineDir}/lock`

export const tableOf = (id: string): string => `fettle_${id}`

interface Link {
  readonly ifname: string
  readonly addr_info?: readonly { readonly local: string; readonly prefixlen: number }[]
}

const links = async (): Promise<Link[]> => JSON.parse(await run(['ip', '-json', '-4', 'address', 'show'])) as Link[]

const bridges = async (): Promise<string[]> => {
  const found = JSON.parse(await run(['ip', '-json', 'link', 'show', 'type', 'bridge'])) as Partial<Link>[]
  return found.flatMap(({ ifname }) => (ifname?.startsWith('fettle-') ? [ifname] : []))
}

/** Every range that this machine already reaches by other ways than `bridge`. */
export const busyRanges = async (bridge: string, nameservers: readonly string[]): Promise<Range[]> => {
  const routes = JSON.parse(await run(['ip', '-json', '-4', 'route', 'show', 'table', 'all'])) as {
    readonly dst: string
    readonly dev?: string
  }[]
  const addresses = (await links())
    .filter(({ ifname }) => ifname !== bridge)
    .flatMap(({ addr_info }) => addr_info ?? [])
  const prefixes = [
    ...routes.filter(({ dev }) => dev !== bridge).map(({ dst }) => dst),
    ...addresses.map(({ local, prefixlen }) => `${local}/${prefixlen}`),
    ...nameservers,
  ]
  return prefixes.flatMap((prefix) => rangeOf(prefix) ?? []).filter(({ first, last }) => last - first < 2 ** 31)
}

/** The name of a bridge that is being made. */
const unfinished = (id: string): string => `fetnew-${id}`
const removeLink = (name: string) => run(['ip', 'link', 'delete', name]).catch(() => undefined)

/** Brings up the lab's bridge and rules, or what is missing of them. Call it under the machine's lock. */
export const ensureNetwork = async ({ id, subnet }: LabState, outward: Outward): Promise<void> => {
  const bridge = bridgeOf(id)
  const table = tableOf(id)
  await run(['nft', '-f', '-'], { input: outwardRules({ table, bridge, subnet, outward }) })
  await openPassage(bridge)
  if ((await bridges()).includes(bridge)) return
  await run(['nft', '-f', '-'], { input: cutRules(table) })
  await raiseSettings()
  await removeLink(unfinished(id))
  await run(['ip', '-batch', '-'], { input: bridgeCommands(unfinished(id), bridge, subnet) })
}

/** The bridge gets its name last: where it is, it is whole. A fixed hardware address spares the hosts stale neighbours. */
const bridgeCommands = (aside: string, bridge: string, subnet: string): string => {
  const numbers = subnet.split('.').map((part) => Number(part).toString(16).padStart(2, '0'))
  return `link add ${aside} address 02:fe:${numbers.join(':')}:01 type bridge
address add ${bridgeAddress(subnet)}/24 brd + dev ${aside}
link set ${aside} name ${bridge}
link set ${bridge} up
`
}

/** Removes all of it; with the machine's last lab also what labs have changed on the machine. */
export const removeNetwork = async (id: string): Promise<void> => {
  const bridge = bridgeOf(id)
  for (const name of [bridge, unfinished(id)]) await removeLink(name)
  await closePassage(bridge)
  const table = tableOf(id)
  const rules = ['inet', 'bridge'].map((family) => `add table ${family} ${table}\ndelete table ${family} ${table}\n`)
  await run(['nft', '-f', '-'], { input: rules.join('') })
  if ((await bridges()).length > 0) return
  await restoreSettings()
  await rm(machineDir, { recursive: true, force: true })
}
