import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadSite } from '../../../engine/inventory/index.ts'
import { folderWith, lineOf, problemsOf } from './folder.ts'

test('a site: groups, their roles in order, their settings', async () => {
  const folder = folderWith({ 'site.yml': 'name: shop\ngroups:\n  web: {nginx: {workers: 2}, base: }\n  db:\n' })
  const site = await loadSite(join(folder, 'site.yml'))
  expect(site.name).toBe('shop')
  expect(
    site.groups.map(({ group, roles }) => [group, roles.map(({ role, layer }) => [role, layer.where, layer.values])]),
  ).toEqual([
    [
      'web',
      [
        ['nginx', 'site.yml group web', { workers: 2 }],
        ['base', 'site.yml group web', {}],
      ],
    ],
    ['db', []],
  ])
})

describe('mistakes in site.yml', () => {
  test.each<[string, readonly string[]]>([
    ['name: [\n', ['site.yml:2:1 site.syntax: not valid YAML:']],
    ['name: x\nname: y\n', ['site.yml:2:1 site.syntax: duplicate key "name"']],
    [
      '- x\n',
      [
        'site.yml:1:1 site.invalid: a site is a mapping',
        'site.yml:1:1 site.invalid: the site has no name',
        'site.yml:1:1 site.invalid: groups must be',
      ],
    ],
    ['groups: {}\n', ['site.yml:1:1 site.invalid: the site has no name (add "name: NAME"; hosts']],
    ['name: a b\ngroups: {}\n', ['site.yml:1:7 site.invalid: name must be a word']],
    ['name: x\n', ['site.yml:1:1 site.invalid: groups must be a mapping from groups to their roles']],
    ['name: x\ngroups: [a]\n', ['site.yml:2:9 site.invalid: groups must be a mapping']],
    ['name: x\ngroup: {}\ngroups: {}\n', ['site.yml:2:1 site.invalid: unknown key "group" (did you mean "groups"?)']],
    [
      'name: x\ngroups:\n  web: [nginx]\n  db: 3\n',
      [
        'site.yml:3:8 site.invalid: group "web" must be a mapping from roles to their settings (write "nginx:" instead',
        'site.yml:4:7 site.invalid: group "db" must be',
      ],
    ],
    [
      'name: x\ngroups:\n  web: {nginx: on}\n',
      ['site.yml:3:16 site.invalid: the settings of role "nginx" must be a mapping'],
    ],
  ])('%j', async (text, expected) => {
    const folder = folderWith({ 'site.yml': text })
    const found = (await problemsOf(() => loadSite(join(folder, 'site.yml')))).map((problem) => lineOf(folder, problem))
    expect(found.map((line, index) => line.slice(0, expected[index]?.length))).toEqual(expected)
  })

  test('none there', async () => {
    const folder = folderWith({})
    const [problem] = await problemsOf(() => loadSite(join(folder, 'site.yml')))
    expect(problem && lineOf(folder, problem)).toContain(
      'site.yml site.missing: site.yml cannot be read: no such file (site.yml says',
    )
  })
})
