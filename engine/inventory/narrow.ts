import { type Group, hostsOf, type Inventory } from './model.ts'

/** The inventory as far as it concerns these hosts, for showing: groups without any of them are left out. */
export const narrow = (inventory: Inventory, names: ReadonlySet<string>): Inventory => {
  const concerned = (group: Group): boolean =>
    group.name === 'all' || hostsOf(group).some((host) => names.has(host.name))
  const narrowed = (group: Group): Group => ({
    ...group,
    hosts: group.hosts.filter((host) => names.has(host.name)),
    children: group.children.filter(concerned).map(narrowed),
  })
  const groups = [...inventory.groups.values()].filter(concerned).map(narrowed)
  return {
    ...inventory,
    hosts: new Map([...inventory.hosts].filter(([name]) => names.has(name))),
    groups: new Map(groups.map((group) => [group.name, group])),
  }
}
