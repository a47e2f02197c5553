import { basename } from 'node:path'
import type { Problem } from '../core/error.ts'
import { suggest } from '../core/suggest.ts'
import { addGroup, addHost, type Draft, type DraftGroup, link } from './draft.ts'
import { type Path, problemAt } from './locate.ts'
import type { Layer } from './model.ts'
import { type HostEntry, readHostEntry } from './ranges.ts'
import type { Source } from './source.ts'
import type { Trouble } from './trouble.ts'
import { isMapping } from './value.ts'

interface Reader {
  readonly draft: Draft
  readonly source: Source
  readonly problems: Problem[]
}

const sections = ['hosts', 'children', 'vars']

/** Reads one inventory file in Ansible's YAML form into the draft. Problems are added to the list, never thrown. */
export const readGroups = (draft: Draft, source: Source, problems: Problem[]): void => {
  const reader: Reader = { draft, source, problems }
  const { value } = source
  if (value === null) report(reader, [], 'value', 'the inventory is empty', 'begin it with "all:"')
  else if (!isMapping(value)) report(reader, [], 'value', 'an inventory is a mapping from groups to their hosts')
  else if ('plugin' in value) report(reader, ['plugin'], 'key', pluginMessage)
  else for (const name of Object.keys(value)) readGroup(reader, name, [name], value)
}

const pluginMessage = 'this configures an Ansible inventory plugin; only hosts written down are read'

/** Reads the group that `parent` names `name`. Undefined where the name is not one. */
const readGroup = (reader: Reader, name: string, path: Path, parent: object): DraftGroup | undefined => {
  if (!isName(reader, name, path, parent, 'group')) return undefined
  const group = addGroup(reader.draft, name)
  const body = (parent as Readonly<Record<string, unknown>>)[name]
  if (body === null) return group
  if (!isMapping(body)) {
    report(reader, path, 'value', `group "${name}" must be a mapping with hosts, children or vars`)
    return group
  }
  for (const [section, value] of Object.entries(body)) readSection(reader, group, section, value, [...path, section])
  return group
}

const readSection = (reader: Reader, group: DraftGroup, section: string, value: unknown, path: Path): void => {
  if (section === 'vars') readVars(reader, group, value, path)
  else if (section === 'children') readChildren(reader, group, value, path)
  else if (section === 'hosts') readHosts(reader, group, value, path)
  else reportUnknown(reader, path, section)
}

const reportUnknown = (reader: Reader, path: Path, key: string): void => {
  const meant = suggest(key, sections)
  const hint = meant ? `did you mean "${meant}"?` : `a group has hosts, children and vars`
  report(reader, path, 'key', `unknown key "${key}" in a group`, hint)
}

const groupName = /^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?$/

const isName = (reader: Reader, name: string, path: Path, parent: object, what: string): boolean => {
  if (reader.source.oddKeys.get(parent)?.has(name)) {
    report(
      reader,
      path,
      'key',
      `the name of a ${what} must be text, and YAML reads this as ${name}`,
      'put it in quotes',
    )
    return false
  }
  if (what === 'host' || groupName.test(name)) return true
  report(reader, path, 'key', `"${name}" is not a group name: letters, digits, "-", "_" and "." make one`)
  return false
}

const readVars = (reader: Reader, group: DraftGroup, vars: unknown, path: Path): void => {
  if (vars === undefined || vars === null) return
  if (!isMapping(vars)) {
    report(reader, path, 'value', `the vars of group "${group.name}" must be a mapping`)
    return
  }
  const { ansible_group_priority: priority, ...values } = vars
  if (priority !== undefined) setPriority(reader, group, priority, [...path, 'ansible_group_priority'])
  group.inline.push(layerOf(reader.source, path, values, `group ${group.name}`))
}

const setPriority = (reader: Reader, group: DraftGroup, priority: unknown, path: Path): void => {
  const value = typeof priority === 'string' && priority !== '' ? Number(priority) : priority
  if (typeof value === 'number' && Number.isInteger(value)) group.priority = value
  else report(reader, path, 'value', 'ansible_group_priority must be a whole number')
}

const readChildren = (reader: Reader, group: DraftGroup, children: unknown, path: Path): void => {
  const entries = mappingOf(reader, group, 'children', children, path)
  for (const name of Object.keys(entries)) {
    const at = [...path, name]
    if (name === 'all' || (name === 'ungrouped' && group.name !== 'all'))
      report(reader, at, 'key', `"${name}" cannot be a child of group "${group.name}"`)
    else {
      const child = readGroup(reader, name, at, entries)
      if (child) link(group, child, { source: reader.source, path: at })
    }
  }
}

const readHosts = (reader: Reader, group: DraftGroup, hosts: unknown, path: Path): void => {
  const entries = mappingOf(reader, group, 'hosts', hosts, path)
  for (const [entry, vars] of Object.entries(entries)) {
    const at = [...path, entry]
    if (!isName(reader, entry, at, entries, 'host')) continue
    const read = readEntry(reader, entry, at)
    if (vars !== null && !isMapping(vars)) report(reader, at, 'value', `the variables of "${entry}" must be a mapping`)
    else if (read) addHosts(reader, group, read, vars ?? {}, at)
  }
}

const addHosts = (reader: Reader, group: DraftGroup, entry: HostEntry, vars: Layer['values'], path: Path): void => {
  const { source, draft } = reader
  const layer = layerOf(source, path, vars, `host ${entry.names[0]}`)
  // As in Ansible, the port of an entry counts only where the host is named first.
  const port = entry.port === undefined ? undefined : layerOf(source, path, { ansible_port: entry.port }, layer.where)
  for (const name of entry.names) {
    const isNew = !draft.hosts.has(name)
    const host = addHost(draft, group, name, { source, path })
    if (isNew && port) host.layers.push(port)
    if (Object.keys(vars).length > 0) host.layers.push(layer)
  }
}

const readEntry = (reader: Reader, entry: string, path: Path): HostEntry | undefined => {
  try {
    return readHostEntry(entry)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    report(reader, path, 'key', error.message)
    return undefined
  }
}

const layerOf = (source: Source, path: Path, values: Layer['values'], what: string): Layer => ({
  where: `${basename(source.file)} ${what}`,
  origin: { source, path },
  values,
})

/** A section as a mapping; a single name may stand alone. */
const mappingOf = (reader: Reader, group: DraftGroup, section: string, value: unknown, path: Path): object => {
  if (value === undefined || value === null) return {}
  if (isMapping(value)) return value
  if (typeof value === 'string') return { [value]: null }
  const hint = Array.isArray(value) ? 'write "NAME:" instead of "- NAME"' : undefined
  report(reader, path, 'value', `the ${section} of group "${group.name}" must be a mapping`, hint)
  return {}
}

const report = (reader: Reader, path: Path, part: 'key' | 'value', message: string, hint?: string): void => {
  const trouble: Trouble = { code: 'inventory.invalid', message, hint }
  reader.problems.push(problemAt(reader.source, path, part, trouble))
}
