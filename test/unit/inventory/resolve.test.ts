import { describe, expect, test } from 'vitest'
import { resolveSite } from '../../../engine/inventory/index.ts'
import { type Files, lineOf, problemsOf } from './folder.ts'
import { open } from './roles.ts'

const hosts = 'all:\n  children:\n    lb: {hosts: {lb1: {ansible_host: 10.0.0.9}}}\n    web: {hosts: {"web[1:2]": }}\n'
const site =
  'name: shop\ngroups:\n  lb: {haproxy: {balance: source}, nginx: }\n  web: {nginx: {workers: 2}}\n  all: {base: }\n'

const resolve = async (files: Files, set: readonly string[] = []) => {
  const { folder, ...resolution } = await open({ 'hosts.yml': hosts, 'site.yml': site, ...files }, set)
  const { hosts: resolved, view, warnings } = resolveSite(resolution)
  const settings = Object.fromEntries(
    resolved.map((host) => [
      host.view.name,
      Object.fromEntries(host.roles.map(({ role, settings }) => [role.name, settings])),
    ]),
  )
  return {
    folder,
    hosts: resolved,
    view,
    settings,
    warnings: warnings.map((line) => line.replaceAll(`${folder}/`, '')),
  }
}

const mistakes = async (files: Files, set: readonly string[] = []) => {
  const { folder, ...resolution } = await open({ 'hosts.yml': hosts, 'site.yml': site, ...files }, set)
  const problems = await problemsOf(() => resolveSite(resolution))
  return problems.map((problem) => lineOf(folder, problem))
}

describe('a resolved site', () => {
  test('hosts, roles of outer groups first, settings with defaults', async () => {
    const { hosts, settings, warnings } = await resolve({})
    expect(hosts.map(({ view, roles }) => [view.name, roles.map(({ role }) => role.name)])).toEqual([
      ['lb1', ['base', 'haproxy', 'nginx']],
      ['web1', ['base', 'nginx']],
      ['web2', ['base', 'nginx']],
    ])
    expect(hosts[0]?.view).toMatchObject({ name: 'lb1', address: '10.0.0.9', groups: ['lb'] })
    expect(hosts[0]?.connection.address).toBe('10.0.0.9')
    expect(hosts[0]?.roles[1]?.position).toMatchObject({ line: 3, column: 8 })
    expect(settings.web1).toEqual({ base: { timezone: 'UTC', packages: [] }, nginx: { workers: 2, sites: {} } })
    expect(warnings).toEqual([])
  })

  test('default, site group, inventory group, its file, host, its file, --set: each stronger than the one before', async () => {
    const workers = async (files: Files, set: readonly string[] = []) =>
      (await resolve(files, set)).settings.web1?.nginx
    const vars = (text: string) =>
      hosts.replace('web: {', `web: {vars: {nginx: {workers: 4}}, `).replace('"web[1:2]": ', text)
    expect(await workers({ 'site.yml': site.replace('{workers: 2}', '') })).toMatchObject({ workers: 1 })
    expect(await workers({})).toMatchObject({ workers: 2 })
    const all = { 'group_vars/all.yml': 'nginx: {workers: 3}' }
    expect(await workers(all)).toMatchObject({ workers: 3 })
    const inline = { ...all, 'hosts.yml': vars('"web[1:2]": ') }
    expect(await workers(inline)).toMatchObject({ workers: 4 })
    const file = { ...inline, 'group_vars/web.yml': 'nginx: {workers: 5}' }
    expect(await workers(file)).toMatchObject({ workers: 5 })
    const host = { ...file, 'hosts.yml': vars('web1: {nginx: {workers: 6}}') }
    expect(await workers(host)).toMatchObject({ workers: 6 })
    const hostFile = { ...host, 'host_vars/web1.yml': 'nginx: {workers: 7}' }
    expect(await workers(hostFile)).toMatchObject({ workers: 7 })
    expect(await workers(hostFile, ['nginx.workers=8', 'nginx.workers=9'])).toMatchObject({ workers: 9 })
  })

  test('hosts without settings of their own share them', async () => {
    const { hosts } = await resolve({ 'host_vars/web2.yml': 'other: 1' })
    const [, web1, web2] = hosts
    expect(web1?.roles[1]?.settings).toBe(web2?.roles[1]?.settings)
  })

  test('topology, whatever is limited', async () => {
    const { view } = await resolve({})
    expect([view.name, view.environment.startsWith('fettle-inventory-')]).toEqual(['shop', true])
    expect(view.hosts('web').map(({ name }) => name)).toEqual(['web1', 'web2'])
    expect(view.hosts('all').map(({ name }) => name)).toEqual(['lb1', 'web1', 'web2'])
    const [problem] = await problemsOf(() => view.hosts('wbe'))
    expect(problem).toMatchObject({ code: 'settings.invalid', hint: 'did you mean "web"?' })
  })
})

describe('mistakes', () => {
  test.each<[string, Files, readonly string[]]>([
    [
      'group',
      { 'site.yml': 'name: x\ngroups:\n  wbe: {nginx: }\n' },
      ['site.yml:3:3 site.invalid: hosts.yml has no group "wbe" (did you mean "web"?)'],
    ],
    [
      'far group',
      { 'site.yml': 'name: x\ngroups:\n  database:\n' },
      [
        'site.yml:3:3 site.invalid: hosts.yml has no group "database" (if this environment has no such hosts, add an empty "database:" to it)',
      ],
    ],
    [
      'role',
      { 'site.yml': 'name: x\ngroups:\n  web: {ngnix: }\n' },
      ['site.yml:3:9 role.unknown: there is no role "ngnix" (did you mean "nginx"?)'],
    ],
    [
      'setting',
      { 'site.yml': site.replace('workers', 'wrokers') },
      ['site.yml:4:17 settings.invalid: unknown setting nginx.wrokers (did you mean "workers"?)'],
    ],
    [
      'type',
      { 'group_vars/web.yml': 'nginx:\n  workers: many\n' },
      ['group_vars/web.yml:2:12 settings.invalid: nginx.workers: expected number, received string'],
    ],
    [
      'no mapping',
      { 'group_vars/web.yml': 'nginx: on\n' },
      ['group_vars/web.yml:1:8 settings.invalid: nginx is a role, so this must be a mapping with its settings'],
    ],
    [
      'missing',
      { 'site.yml': 'name: x\ngroups:\n  web:\n    cert: {deep: {}}\n' },
      [
        'site.yml:4:5 settings.invalid: cert.email: required, but nobody sets it',
        'site.yml:4:12 settings.invalid: cert.deep.key: required, but nobody sets it',
      ],
    ],
    [
      'missing, deep in the strongest file',
      {
        'site.yml': 'name: x\ngroups:\n  web:\n    cert: {email: a, deep: {}}\n',
        'host_vars/web1.yml': 'cert:\n  deep:\n',
      },
      [
        'host_vars/web1.yml:2:3 settings.invalid: cert.deep: expected object, received null',
        'site.yml:4:22 settings.invalid: cert.deep.key: required, but nobody sets it',
      ],
    ],
  ])('%s', async (_, files, expected) => {
    expect(await mistakes(files)).toEqual(expected)
  })

  test.each([
    [
      'nginx.wrokers=2',
      '--set nginx.wrokers=2 settings.invalid: unknown setting nginx.wrokers (did you mean "workers"?)',
    ],
    ['nginx.workers=x', '--set nginx.workers=x settings.invalid: nginx.workers: expected number, received string'],
    ['ngnix.workers=2', ' role.unknown: --set ngnix.workers=2: there is no role "ngnix", did you mean "nginx"?'],
    ['nginx', ' usage: --set nginx is not ROLE.SETTING=VALUE (for example'],
  ])('--set %s', async (set, expected) => {
    const found = await mistakes({}, [set])
    expect(found).toHaveLength(1)
    expect(found[0]?.startsWith(expected)).toBe(true)
  })

  test('all of all hosts at once, each once', async () => {
    const files = {
      'site.yml': site.replace('workers', 'wrokers').replace('source', 'sauce').replace('base', 'bsae'),
      'host_vars/lb1.yml': 'nginx: {sites: {a: {}}}\n',
      'host_vars/web2.yml': 'nginx: {workers: x}\n',
    }
    const found = await mistakes(files, ['nginx.sites=3'])
    expect(found.map((line) => line.replace(/ \(.*/, ''))).toEqual([
      'site.yml:5:9 role.unknown: there is no role "bsae"',
      'site.yml:3:27 settings.invalid: haproxy.balance: expected one of "roundrobin", "leastconn", "source"',
      '--set nginx.sites=3 settings.invalid: nginx.sites: expected record, received number',
      'site.yml:4:17 settings.invalid: unknown setting nginx.wrokers',
      'host_vars/web2.yml:1:18 settings.invalid: nginx.workers: expected number, received string',
    ])
  })

  test('two groups that disagree: both places, and what to do', async () => {
    const { folder, ...resolution } = await open({
      'hosts.yml': 'edge: {hosts: {a: }}\nweb: {hosts: {a: }}\n',
      'site.yml': 'name: x\ngroups:\n  edge: {nginx: {workers: 2}}\n  web: {nginx: }\n',
      'group_vars/edge.yml': 'nginx:\n  workers: 4\n',
      'group_vars/web.yml': 'nginx:\n  workers: 8\n',
    })
    const [problem, ...others] = await problemsOf(() => resolveSite(resolution))
    expect(others).toEqual([])
    expect(problem && lineOf(folder, problem)).toBe(
      'group_vars/web.yml:2:12 settings.conflict: groups "edge" and "web" disagree on nginx.workers (say it for the host itself, or in a group that is within both)',
    )
    expect(problem?.detail?.replaceAll(`${folder}/`, '')).toBe(
      '"edge" says 4 at group_vars/edge.yml:2:12\n"web" says 8 at group_vars/web.yml:2:12',
    )
    expect(problem?.frame).toContain('> 2 |   workers: 8\n')
  })
})

describe('warnings', () => {
  test.each<[string, Files, readonly string[]]>([
    [
      'settings of a role that no host there has',
      { 'group_vars/web.yml': 'haproxy: {x: 1}\n' },
      ['group_vars/web.yml:1:10: no host here has the role "haproxy", so this does nothing'],
    ],
    [
      'the same for a host',
      { 'host_vars/web1.yml': 'haproxy: {x: 1}\n' },
      ['host_vars/web1.yml:1:10: no host here has the role "haproxy", so this does nothing'],
    ],
    ['not where one of them has it', { 'group_vars/all.yml': 'haproxy: {balance: source}\n' }, []],
    [
      'a misspelt role',
      { 'group_vars/web.yml': 'ngnix: {workers: 3}\n' },
      ['group_vars/web.yml:1:8: "ngnix" is not a role; did you mean "nginx"?'],
    ],
    ['not for a plain variable', { 'group_vars/web.yml': 'ngnix: 3\n' }, []],
    [
      'a file that is not read',
      { 'group_vars/web.yml': 'x: 1', 'group_vars/web.yaml': 'x: 1' },
      ['group_vars/web.yaml is not read, because group_vars also has another entry for web'],
    ],
  ])('%s', async (_, files, expected) => {
    expect((await resolve(files)).warnings).toEqual(expected)
  })
})
