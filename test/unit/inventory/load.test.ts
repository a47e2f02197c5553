import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadInventory } from '../../../engine/inventory/index.ts'
import { type Files, folderWith, lineOf, problemsOf } from './folder.ts'

const mistakes = async (files: Files, entry = 'hosts.yml'): Promise<readonly string[]> => {
  const folder = folderWith(files)
  const problems = await problemsOf(() => loadInventory(join(folder, entry)))
  return problems.map((problem) => lineOf(folder, problem))
}

describe('a file that is no inventory', () => {
  test.each<[string, string, string]>([
    ['syntax', 'all: [\n', 'hosts.yml:2:1 inventory.syntax: not valid YAML: Flow sequence'],
    [
      'duplicate',
      'all:\nall:\n',
      'hosts.yml:2:1 inventory.syntax: duplicate key "all" (it is already at line 1; keep one',
    ],
    ['empty', '# nothing\n', 'hosts.yml:1:1 inventory.invalid: the inventory is empty (begin it with "all:")'],
    ['a list', '- web1\n', 'hosts.yml:1:1 inventory.invalid: an inventory is a mapping from groups to their hosts'],
    ['a word', 'web1\n', 'hosts.yml:1:1 inventory.invalid: an inventory is a mapping from groups to their hosts'],
    ['a plugin', 'plugin: aws_ec2\n', 'hosts.yml:1:1 inventory.invalid: this configures an Ansible inventory plugin'],
    ['a program', '#!/bin/sh\necho {}\n', 'hosts.yml inventory.invalid: hosts.yml looks like a program that prints'],
    ['group is a list', 'web:\n  - web1\n', 'hosts.yml:2:3 inventory.invalid: group "web" must be a mapping'],
    [
      'hosts are a list',
      'web:\n  hosts: [a]\n',
      'hosts.yml:2:10 inventory.invalid: the hosts of group "web" must be a mapping (write "NAME:"',
    ],
    [
      'children are a number',
      'web:\n  children: 3\n',
      'hosts.yml:2:13 inventory.invalid: the children of group "web" must be',
    ],
    [
      'vars are a list',
      'web:\n  vars: [a]\n',
      'hosts.yml:2:9 inventory.invalid: the vars of group "web" must be a mapping',
    ],
    [
      'host is a list',
      'web:\n  hosts:\n    a: [1]\n',
      'hosts.yml:3:8 inventory.invalid: the variables of "a" must be a mapping',
    ],
    [
      'unknown key',
      'web:\n  host: {a: }\n',
      'hosts.yml:2:3 inventory.invalid: unknown key "host" in a group (did you mean "hosts"?)',
    ],
    [
      'unlike key',
      'web:\n  x: {a: }\n',
      'hosts.yml:2:3 inventory.invalid: unknown key "x" in a group (a group has hosts, children and vars)',
    ],
    [
      'odd host',
      'web:\n  hosts:\n    no:\n',
      'hosts.yml:3:5 inventory.invalid: the name of a host must be text, and YAML reads this as false',
    ],
    [
      'odd group',
      '010:\n',
      'hosts.yml:1:1 inventory.invalid: the name of a group must be text, and YAML reads this as 8',
    ],
    ['bad group', '"a b":\n', 'hosts.yml:1:1 inventory.invalid: "a b" is not a group name'],
    ['bad range', 'web:\n  hosts:\n    a[3:1]:\n', 'hosts.yml:3:5 inventory.invalid: [3:1] ends before it begins'],
    ['bad host', 'web:\n  hosts:\n    "a b":\n', 'hosts.yml:3:5 inventory.invalid: "a b" is not a host name'],
    [
      'priority',
      'web:\n  vars: {ansible_group_priority: high}\n',
      'hosts.yml:2:34 inventory.invalid: ansible_group_priority must be',
    ],
    [
      'child all',
      'web:\n  children: {all: }\n',
      'hosts.yml:2:14 inventory.invalid: "all" cannot be a child of group "web"',
    ],
    [
      'itself',
      'web:\n  children:\n    web:\n',
      'hosts.yml:3:5 inventory.invalid: groups contain each other in a circle: web > web',
    ],
    [
      'a cycle',
      'a: {children: {b: }}\nb: {children: {c: }}\nc: {children: {a: }}\n',
      'hosts.yml:3:16 inventory.invalid: groups contain each other in a circle: a > b > c > a',
    ],
  ])('%s', async (_, text, expected) => {
    const found = await mistakes({ 'hosts.yml': text })
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(expected)
  })

  test.each([
    ['hosts.ini', 'web1\n'],
    ['hosts', '[web]\nweb1\n'],
  ])('%s is INI', async (name, text) => {
    const [found] = await mistakes({ [name]: text }, name)
    expect(found).toContain(
      `${name} inventory.invalid: ${name} looks like an INI inventory; only YAML is read (convert it: `,
    )
  })

  test('a missing one, with what was probably meant', async () => {
    const found = await mistakes({ 'inventory/lab.yml': '' }, 'inventory/lob.yml')
    expect(found).toEqual([
      'inventory/lob.yml inventory.missing: there is no inventory inventory/lob.yml (did you mean "inventory/lab.yml"?)',
    ])
  })

  test('one that cannot be read', async () => {
    const folder = folderWith({ 'host_vars/.keep': '' })
    symlinkSync('hosts.yml', join(folder, 'hosts.yml'))
    const found = await problemsOf(() => loadInventory(join(folder, 'hosts.yml')))
    expect(found.map((problem) => lineOf(folder, problem))).toEqual([
      'hosts.yml inventory.missing: hosts.yml cannot be read: its symbolic links go in a circle',
    ])
  })

  test('a file of variables that cannot be read', async () => {
    const folder = folderWith({ 'hosts.yml': 'web: {hosts: {a: }}', 'group_vars/.keep': '' })
    symlinkSync('nowhere', join(folder, 'group_vars/web.yml'))
    const found = await problemsOf(() => loadInventory(join(folder, 'hosts.yml')))
    expect(found.map((problem) => lineOf(folder, problem))).toEqual([
      'group_vars/web.yml inventory.missing: group_vars/web.yml cannot be read: no such file',
    ])
  })
})

test('everything wrong in all files is said at once', async () => {
  const found = await mistakes(
    {
      'inv/a.yml': 'web:\n  hosts: {a: , "b c": }\n  hots: {}\n',
      'inv/b.yml': 'web: {hosts: {"d[1]": , a: }}\n',
      'inv/c.yml': 'x: [\n',
      'inv/group_vars/web.yml': '- 1\n',
      'inv/host_vars/a.yml': 'k: 1\nk: 2\n',
      'inv/README.md': 'not read',
      'inv/.hidden': '- not read',
    },
    'inv',
  )
  expect(found.map((line) => line.split(' ')[0])).toEqual([
    'inv/a.yml:2:16',
    'inv/a.yml:3:3',
    'inv/b.yml:1:15',
    'inv/c.yml:2:1',
    'inv/group_vars/web.yml:1:1',
    'inv/host_vars/a.yml:2:1',
  ])
})

test('a problem shows the lines around it', async () => {
  const folder = folderWith({ 'hosts.yml': 'all:\n  children:\n    web:\n      hots:\n        web1:\n' })
  const [problem] = await problemsOf(() => loadInventory(join(folder, 'hosts.yml')))
  expect(problem?.frame).toBe('  3 |     web:\n> 4 |       hots:\n    |       ^\n  5 |         web1:')
})
