import { describe, expect, test } from 'vitest'
import { problemsIn, type ShownProblem } from './support/problems.ts'
import { type Files, makeSite, silentFiles } from './support/site.ts'

/** What `fettle provision --yes` refuses before it has connected anywhere. */
const refused = async (files: Files, args: readonly string[] = []): Promise<readonly ShownProblem[]> => {
  const site = makeSite({ ...silentFiles, ...files })
  const { exit, stdout, stderr } = await site.fettle('provision', '--yes', ...args)
  expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' })
  return problemsIn(stderr)
}

const siteYml = (text: string): Files => ({ 'site.yml': `name: silent\n${text}` })
const inventory = (text: string): Files => ({ 'inventory/test.yml': text })

describe('site.yml', () => {
  test('that is not YAML', async () => {
    expect(await refused(siteYml('groups:\n  web: nginx: {}\n'))).toEqual([
      {
        code: 'site.syntax',
        message: expect.stringMatching(/^not valid YAML: /),
        at: 'site.yml:3:8',
        line: '  web: nginx: {}',
      },
    ])
  })

  test('with unknown names and wrong types, all at once, each with what was meant', async () => {
    const groups = `groups:
  wbe:
    base: {}
  web:
    ngnix: {}
    nginx:
      workerConections: 512
      gzip: perhaps
      sites:
        Shop:
          root: /srv
`
    expect(await refused(siteYml(groups))).toEqual([
      {
        code: 'site.invalid',
        message: 'inventory/test.yml has no group "wbe"',
        at: 'site.yml:3:3',
        line: '  wbe:',
        hint: 'did you mean "web"?',
      },
      {
        code: 'role.unknown',
        message: 'there is no role "ngnix"',
        at: 'site.yml:6:5',
        line: '    ngnix: {}',
        hint: 'did you mean "nginx"?',
      },
      {
        code: 'settings.invalid',
        message: 'unknown setting nginx.workerConections',
        at: 'site.yml:8:7',
        line: '      workerConections: 512',
        hint: 'did you mean "workerConnections"?',
      },
      {
        code: 'settings.invalid',
        message: 'nginx.gzip: expected boolean, received string',
        at: 'site.yml:9:13',
        line: '      gzip: perhaps',
      },
      {
        code: 'settings.invalid',
        message: 'nginx.sites.Shop: small letters, digits, - and _',
        at: 'site.yml:11:9',
        line: '        Shop:',
      },
    ])
  })

  test('that is not there', async () => {
    const site = makeSite(inventory('web: { hosts: { web1: } }'))
    const { exit, stderr } = await site.fettle('plan')
    expect({ exit, problems: problemsIn(stderr) }).toEqual({
      exit: 1,
      problems: [
        {
          code: 'site.missing',
          message: 'site.yml cannot be read: no such file',
          at: 'site.yml',
          hint: 'site.yml says what each group of hosts is; run Fettle in its folder or below',
        },
      ],
    })
  })

  test('is found from a folder below it', async () => {
    const site = makeSite({ ...silentFiles, ...siteYml('groups: { wbe: {} }'), 'notes/today/x': '' })
    const { stderr } = await site.fettleWith({ below: 'notes/today' }, 'plan')
    expect(problemsIn(stderr)).toMatchObject([
      { code: 'site.invalid', message: '../../inventory/test.yml has no group "wbe"', at: '../../site.yml:2:11' },
    ])
  })
})

describe('an inventory', () => {
  test('that is not YAML', async () => {
    expect(await refused(inventory('web:\n  hosts: web1: {}\n'))).toEqual([
      {
        code: 'inventory.syntax',
        message: expect.stringMatching(/^not valid YAML: /),
        at: 'inventory/test.yml:2:10',
        line: '  hosts: web1: {}',
      },
    ])
  })

  test('in which two hosts have one address', async () => {
    const hosts = 'web:\n  hosts:\n    web1: { ansible_host: 192.0.2.1 }\n    web2: { ansible_host: 192.0.2.1 }\n'
    expect(await refused(inventory(hosts))).toEqual([
      {
        code: 'inventory.invalid',
        message: 'hosts "web1" and "web2" have the same address, 192.0.2.1 port 22',
        at: 'inventory/test.yml:4:27',
        line: '    web2: { ansible_host: 192.0.2.1 }',
        detail: '"web1" has it from inventory/test.yml:3:27',
      },
    ])
  })

  test('in which groups go in a circle', async () => {
    expect(await refused(inventory('web:\n  children:\n    app:\napp:\n  children:\n    web:\n'))).toEqual([
      {
        code: 'inventory.invalid',
        message: 'groups contain each other in a circle: web > app > web',
        at: 'inventory/test.yml:6:5',
        line: '    web:',
      },
    ])
  })

  test('with variables of a wrong type, all at once', async () => {
    const hosts = 'web:\n  hosts:\n    web1: { ansible_port: ssh }\n    web2: { ansible_become: perhaps }\n'
    expect(await refused(inventory(hosts))).toMatchObject([
      {
        code: 'inventory.invalid',
        message: 'ansible_port must be a port, 1 to 65535',
        at: 'inventory/test.yml:3:27',
      },
      { code: 'inventory.invalid', message: 'ansible_become must be true or false', at: 'inventory/test.yml:4:29' },
    ])
  })

  test('with a setting of a wrong type is shown where it is said', async () => {
    const hosts = 'web:\n  hosts:\n    web1: { nginx: { gzip: 7 } }\n'
    expect(await refused(inventory(hosts))).toMatchObject([
      {
        code: 'settings.invalid',
        message: 'nginx.gzip: expected boolean, received number',
        at: 'inventory/test.yml:3:28',
      },
    ])
  })

  test('that is not there', async () => {
    expect(await refused({}, ['-i', 'inventory/tset.yml'])).toEqual([
      {
        code: 'inventory.missing',
        message: 'there is no inventory inventory/tset.yml',
        at: 'inventory/tset.yml',
        hint: 'did you mean "inventory/test.yml"?',
      },
    ])
  })

  test.each([
    ['there is none', { 'site.yml': 'name: x\ngroups: {}\n' }, 'there is no inventory', /^name one with -i /],
    [
      'there are several',
      { ...silentFiles, ...{ 'inventory/live.yml': 'web:\n' } },
      'there are several inventories',
      /^choose one with -i: inventory\/live.yml, inventory\/test.yml$/,
    ],
  ])('must be named where %s', async (_, files, message, hint) => {
    for (const args of [['plan'], ['inventory', '--list'], ['facts', 'web1'], ['exec', 'true'], ['ssh', 'web1']]) {
      const { exit, stdout, stderr } = await makeSite(files).fettle(...args)
      expect({ exit, stdout }).toEqual({ exit: 64, stdout: '' })
      expect(problemsIn(stderr)).toEqual([{ code: 'usage', message, hint: expect.stringMatching(hint) }])
    }
  })

  test('may be named by the environment', async () => {
    const site = makeSite({ ...silentFiles, 'inventory/live.yml': 'web:\n  hosts:\n    live1:\n' })
    const env = { FETTLE_INVENTORY: 'inventory/live.yml' }
    const { exit, stdout } = await site.fettleWith({ env }, 'inventory', '--graph')
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: expect.stringContaining('--live1') })
  })
})
