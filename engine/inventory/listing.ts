import { isSecret } from '../core/secret.ts'
import type { Group, Host, Inventory, Variables } from './model.ts'
import { hostNamed } from './named.ts'

/** Names that Ansible keeps for itself and never lists. */
const internal: ReadonlySet<string> = new Set([
  'ansible_diff_mode',
  'ansible_config_file',
  'ansible_facts',
  'ansible_forks',
  'ansible_inventory_sources',
  'ansible_limit',
  'ansible_playbook_python',
  'ansible_run_tags',
  'ansible_skip_tags',
  'ansible_verbosity',
  'ansible_version',
  'inventory_dir',
  'inventory_file',
  'inventory_hostname',
  'inventory_hostname_short',
  'groups',
  'group_names',
  'omit',
  'playbook_dir',
])

/** The inventory as `ansible-inventory --list` prints it: readable as an Ansible inventory program's output. */
export const listJson = (inventory: Inventory): string => {
  const hostvars: [string, Variables][] = []
  for (const host of inventory.hosts.values()) {
    const variables = listed(host)
    if (Object.keys(variables).length > 0) hostvars.push([host.name, variables])
  }
  const groups = [...inventory.groups.values()].map((group) => [group.name, groupEntry(group)] as const)
  const shown = groups.filter(([, entry]) => Object.keys(entry).length > 0)
  return print({ _meta: { hostvars: Object.fromEntries(hostvars) }, ...Object.fromEntries(shown) })
}

/** One host's variables as `ansible-inventory --host` prints them. */
export const hostJson = (inventory: Inventory, name: string): string => print(listed(hostNamed(inventory, name)))

/** The tree of groups and hosts as `ansible-inventory --graph` prints it. */
export const graph = (inventory: Inventory): string => {
  const all = inventory.groups.get('all')
  return all ? branch(all, 0).join('\n') : ''
}

const groupEntry = (group: Group): Readonly<Record<string, readonly string[]>> => {
  const hosts = group.name === 'all' ? [] : group.hosts.map((host) => host.name)
  const children = group.children.map((child) => child.name)
  return { ...(children.length > 0 && { children }), ...(hosts.length > 0 && { hosts }) }
}

const listed = (host: Host): Variables =>
  Object.fromEntries(Object.entries(host.variables).filter(([name]) => !internal.has(name)))

const branch = (group: Group, depth: number): readonly string[] => {
  const hosts = group.name === 'all' ? [] : group.hosts.map((host) => leaf(host.name, depth + 1))
  return [leaf(`@${group.name}:`, depth), ...group.children.flatMap((child) => branch(child, depth + 1)), ...hosts]
}

const leaf = (name: string, depth: number): string => (depth === 0 ? name : `${'  |'.repeat(depth)}--${name}`)

const print = (value: unknown): string => JSON.stringify(sorted(value), null, 4)

const sorted = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || isSecret(value)) return value
  if (Array.isArray(value)) return value.map(sorted)
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, part]) => [key, sorted(part)]))
}
