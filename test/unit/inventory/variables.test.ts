import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadInventory } from '../../../engine/inventory/index.ts'
import { type Files, folderWith } from './folder.ts'

const load = (files: Files, entry = 'hosts.yml', options = {}) => loadInventory(join(folderWith(files), entry), options)

const web1 = async (files: Files, options = {}) =>
  (await load(files, 'hosts.yml', options)).hosts.get('web1')?.variables

describe('the variables of a host', () => {
  test('weakest to strongest, as in Ansible', async () => {
    const who = (name: string) => `{a: ${name}, ${name}: 1}`
    const files = {
      'hosts.yml': `all: {vars: ${who('all')}, children: {outer: {vars: ${who('outer')}, children: {web: {vars: ${who('web')}, hosts: {web1: ${who('host')}}}}}}}`,
      'group_vars/all.yml': who('all_file'),
      'group_vars/outer.yml': who('outer_file'),
      'group_vars/web.yml': who('web_file'),
      'host_vars/web1.yml': who('host_file'),
    }
    const overlay = { web1: { a: 'overlay', overlay: 1 }, stranger: { a: 1 } }
    const layers = ['all', 'outer', 'web', 'all_file', 'outer_file', 'web_file', 'host', 'host_file', 'overlay']
    expect(await web1(files, { overlay })).toEqual({
      a: 'overlay',
      ...Object.fromEntries(layers.map((name) => [name, 1])),
    })
    expect(await web1(files)).toMatchObject({ a: 'host_file' })
    expect(await web1({ ...files, 'host_vars/web1.yml': '' })).toMatchObject({ a: 'host' })
    const { 'host_vars/web1.yml': _, ...fewer } = { ...files, 'hosts.yml': files['hosts.yml'].replace(who('host'), '') }
    expect(await web1(fewer)).toMatchObject({ a: 'web_file' })
    expect(await web1({ 'hosts.yml': fewer['hosts.yml'], 'group_vars/all.yml': who('all_file') })).toMatchObject({
      a: 'all_file',
    })
  })

  test.each([
    [
      'depth before priority',
      'a: {vars: {x: a, ansible_group_priority: 9}, hosts: {web1: }}\np: {children: {b: {vars: {x: b}, hosts: {web1: }}}}',
      'b',
    ],
    [
      'priority before name',
      'a: {vars: {x: a, ansible_group_priority: 9}, hosts: {web1: }}\nb: {vars: {x: b}, hosts: {web1: }}',
      'a',
    ],
    ['then the name', 'b: {vars: {x: b}, hosts: {web1: }}\na: {vars: {x: a}, hosts: {web1: }}', 'b'],
  ])('%s', async (_, text, expected) => {
    expect(await web1({ 'hosts.yml': text })).toEqual({ x: expected })
  })

  test('whole values are replaced, mappings too', async () => {
    const files = { 'hosts.yml': 'all: {vars: {m: {a: 1}}}\nweb: {hosts: {web1: {m: {b: 2}}}}' }
    expect(await web1(files)).toEqual({ m: { b: 2 } })
  })

  test.each([
    ['web1', { 'host_vars/web1': 'x: 1' }],
    ['web1.yaml', { 'host_vars/web1.yaml': 'x: 1' }],
    ['web1.json', { 'host_vars/web1.json': '{"x": 1}' }],
    ['a folder', { 'host_vars/web1/b.yml': 'x: 1', 'host_vars/web1/a.yml': 'x: 0', 'host_vars/web1/c.txt': '- no' }],
    [
      'a folder in it',
      { 'host_vars/web1/deep/b.yml': 'x: 1', 'host_vars/web1/.hidden': 'y: 2', 'host_vars/web1/z~': 'x: 3' },
    ],
  ])('host_vars may be %s', async (_, files) => {
    expect(await web1({ 'hosts.yml': 'web: {hosts: {web1: }}', ...files })).toEqual({ x: 1 })
  })

  test('of a folder and a file only the folder counts, and that is said', async () => {
    const files = {
      'hosts.yml': 'web: {hosts: {web1: }}',
      'group_vars/web/a.yml': 'x: 1',
      'group_vars/web.yml': 'x: 2',
    }
    const inventory = await load(files)
    expect(inventory.hosts.get('web1')?.variables).toEqual({ x: 1 })
    expect(inventory.warnings).toHaveLength(1)
    expect(inventory.warnings[0]).toContain('group_vars/web.yml is not read')
  })

  test('a name for a group and a host is said', async () => {
    const inventory = await load({ 'hosts.yml': 'web: {hosts: {web: }, vars: {x: 1}}' })
    expect(inventory.warnings).toEqual(['"web" is both a group and a host; a limit means the host'])
    expect(inventory.hosts.get('web')?.variables).toEqual({ x: 1 })
  })

  test('a later inventory file wins; a port counts only where the host is named first', async () => {
    const inventory = await load(
      { 'inv/1.yml': 'web: {hosts: {"web1:22": {x: 1}}}', 'inv/2.yml': 'db: {hosts: {"web1:99": {x: 2}}}' },
      'inv',
    )
    expect(inventory.hosts.get('web1')?.variables).toEqual({ ansible_port: 22, x: 2 })
  })
})

describe('the environment', () => {
  test.each([
    ['lab.yml', {}, 'lab'],
    ['prod/hosts.yml', {}, 'prod'],
    ['prod/inventory', {}, 'prod'],
    ['lab.yml', { 'group_vars/all.yml': 'fettle_environment: staging' }, 'staging'],
  ])('of %s with %j is %s', async (entry, files, expected) => {
    expect((await load({ [entry]: 'all: {hosts: {a: }}', ...files }, entry)).environment).toBe(expected)
  })
})
