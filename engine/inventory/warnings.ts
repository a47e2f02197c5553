import { suggest } from '../core/suggest.ts'
import { positionInLayer } from './layer.ts'
import type { Group, Host, Inventory, Layer } from './model.ts'
import { hostsOf } from './model.ts'
import type { Site } from './site.ts'
import { placeText } from './trouble.ts'
import { isMapping } from './value.ts'

/** Settings in the inventory that reach no host with their role, and variables that look like a misspelt role. */
export const idleSettings = (site: Site, inventory: Inventory, roles: readonly string[]): readonly string[] => {
  const has = rolesByGroup(site)
  const among = (hosts: () => readonly Host[]) => (role: string) =>
    hosts().some((host) => host.membership.groups.some((group) => has.get(group.name)?.has(role)))
  const judge = judgeWith(roles)
  const groups = [...inventory.groups.values()].flatMap((group) =>
    layersOf(group).flatMap((layer) =>
      judge(
        layer,
        among(() => hostsOf(group)),
      ),
    ),
  )
  // A layer that a range gives to many hosts is judged once, by the last of them.
  const hosts = new Map(
    [...inventory.hosts.values()].flatMap((host) => host.layers.map((layer) => [layer, host] as const)),
  )
  return [
    ...groups,
    ...[...hosts].flatMap(([layer, host]) =>
      judge(
        layer,
        among(() => [host]),
      ),
    ),
  ]
}

const layersOf = (group: Group): readonly Layer[] => [...group.inline, ...group.files]

const rolesByGroup = (site: Site): ReadonlyMap<string, ReadonlySet<string>> =>
  new Map(site.groups.map(({ group, roles }) => [group, new Set(roles.map(({ role }) => role))]))

const judgeWith = (roles: readonly string[]) => {
  const meant = new Map<string, string | undefined>()
  const misspelt = (name: string): string | undefined => {
    if (!meant.has(name)) meant.set(name, /^(?:ansible|fettle)_/.test(name) ? undefined : suggest(name, roles))
    return meant.get(name)
  }
  return (layer: Layer, isUsed: (role: string) => boolean): readonly string[] =>
    Object.entries(layer.values).flatMap(([name, value]) => {
      if (roles.includes(name))
        return isUsed(name) ? [] : [at(layer, name, `no host here has the role "${name}", so this does nothing`)]
      const role = isMapping(value) ? misspelt(name) : undefined
      return role ? [at(layer, name, `"${name}" is not a role; did you mean "${role}"?`)] : []
    })
}

const at = (layer: Layer, name: string, message: string): string =>
  `${placeText(positionInLayer(layer, [name]))}: ${message}`
