import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { stringify } from 'yaml'

/** Files of an inventory, by path; the inventory itself is `entry`. */
export interface InventoryCase {
  readonly entry: string
  readonly files: Readonly<Record<string, string>>
}

const variable = fc.constantFrom('colour', 'size', 'rack', 'tags', 'limits')

const scalar = fc.oneof(
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom('red', 'yes', 'no', '017', '1:30', '2001-01-01', 'null', 'é "x" {{ y }}', 'a: b', ' two\nlines\n'),
)

const value = fc.oneof(
  { weight: 3, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 2 }) },
  { weight: 1, arbitrary: fc.dictionary(variable, scalar, { maxKeys: 2 }) },
)

const variables = fc.dictionary(variable, value, { maxKeys: 3 })

const hostEntry = fc.constantFrom(
  'alpha',
  'beta:2222',
  'beta',
  'web[1:3]',
  'web2',
  'n[01:09:4]',
  'db-[a:c].example.com',
  'db-b.example.com',
  '10.0.0.[1:2]',
  'fe80::1',
  'x[1:2]y[a:b]:99',
)

const hosts = fc.dictionary(hostEntry, fc.option(variables), { maxKeys: 4 })

const groupNames: readonly string[] = ['ant', 'bee', 'cat', 'dog', 'eel', 'fox']

interface Body {
  readonly vars?: object | undefined
  readonly hosts?: object | undefined
}

const body: fc.Arbitrary<Body> = fc.record({
  vars: fc.option(
    fc.tuple(variables, fc.option(fc.integer({ min: 0, max: 12 }))).map(([vars, priority]) => ({
      ...vars,
      ...(priority !== null && { ansible_group_priority: priority }),
    })),
    { nil: undefined },
  ),
  hosts: fc.option(hosts, { nil: undefined }),
})

/** Which group contains which: always an earlier one a later one, so there is no cycle. */
const edges = fc.uniqueArray(
  fc.tuple(fc.nat(groupNames.length - 1), fc.nat(groupNames.length - 1)).filter(([parent, child]) => parent < child),
  { maxLength: 7, selector: ([parent, child]) => `${parent}${child}` },
)

const clean = (part: Body): object => Object.fromEntries(Object.entries(part).filter(([, each]) => each !== undefined))

/** One file: groups at the top or under `all`; a group's body is said where it is first needed. */
const inventoryFile = fc
  .record({
    bodies: fc.array(fc.option(body), { minLength: groupNames.length, maxLength: groupNames.length }),
    edges,
    order: fc.shuffledSubarray([...groupNames], { minLength: 1 }),
    all: body,
    ungrouped: fc.option(hosts),
    underAll: fc.boolean(),
  })
  .map(({ bodies, edges: links, order, all, ungrouped, underAll }) => {
    const group = (name: string): unknown => {
      const index = groupNames.indexOf(name)
      const children = links.filter(([parent]) => parent === index).map(([, child]) => groupNames[child] ?? '')
      const own = bodies[index]
      if (!own && children.length === 0) return null
      const inner = Object.fromEntries(children.map((child) => [child, group(child)]))
      return { ...clean(own ?? {}), ...(children.length > 0 && { children: inner }) }
    }
    const groups = Object.fromEntries(order.map((name) => [name, group(name)]))
    const rest = { ...groups, ...(ungrouped && { ungrouped: { hosts: ungrouped } }) }
    return underAll ? { all: { ...clean(all), children: rest } } : { all: clean(all), ...rest }
  })

const varsForm = fc.constantFrom('', '.yml', '.yaml', '.json', '/a.yml', '/b/c')

const varsFile = fc
  .tuple(
    fc.oneof(
      fc.constantFrom('all', 'ungrouped', ...groupNames).map((name) => `group_vars/${name}`),
      fc.constantFrom('alpha', 'beta', 'web1', 'web2', 'db-a.example.com', 'n05').map((name) => `host_vars/${name}`),
    ),
    varsForm,
    variables,
  )
  .map(([name, form, vars]) => [name + form, vars] as const)

/** A file and a folder of one name cannot both be. */
const compatible = (files: readonly (readonly [string, object])[]): readonly (readonly [string, object])[] =>
  files.filter(([path], index) =>
    files
      .slice(0, index)
      .every(([other]) => !`${path}/`.startsWith(`${other}/`) && !`${other}/`.startsWith(`${path}/`)),
  )

const yaml = (data: unknown): string => stringify(data, { version: '1.1' })

export const inventoryCase: fc.Arbitrary<InventoryCase> = fc
  .record({
    first: inventoryFile,
    second: fc.option(inventoryFile),
    vars: fc.array(varsFile, { maxLength: 5 }),
  })
  .map(({ first, second, vars }) => {
    const main = second
      ? { 'inv/10-first.yml': yaml(first), 'inv/20-second': yaml(second), 'inv/notes.md': '# no inventory' }
      : { 'inv/site.yml': yaml(first) }
    const beside = compatible(vars).map(([path, data]) => [
      `inv/${path}`,
      path.endsWith('.json') ? JSON.stringify(data) : yaml(data),
    ])
    return { entry: second ? 'inv' : 'inv/site.yml', files: { ...main, ...Object.fromEntries(beside) } }
  })

/** Writes the files under a folder and returns the inventory's path. */
export const writeCase = (folder: string, { entry, files }: InventoryCase): string => {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  return join(folder, entry)
}
