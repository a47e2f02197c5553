import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { certificatesFor } from '../../../engine/converge/plan/certificates.ts'
import { fulfil, isSecret, reveal, type Secret } from '../../../engine/core/secret.ts'
import { loadInventory, loadSite, resolveSite } from '../../../engine/inventory/index.ts'
import { loadTemplates } from '../../../engine/templates/templates.ts'
import { roles } from '../../../roles/index.ts'
import { facts } from '../converge/support/site.ts'
import { type Files, folderWith, lineOf, problemsOf } from '../inventory/folder.ts'

const inventory = `
web: { hosts: { web1: { ansible_host: 192.0.2.11 }, web2: { ansible_host: 192.0.2.12 } } }
lb: { hosts: { lb1: { ansible_host: 192.0.2.1 }, lb2: { ansible_host: 192.0.2.2 } } }
db: { hosts: { db1: { ansible_host: 192.0.2.21 }, db2: { ansible_host: 192.0.2.22 } } }
other: { hosts: { other1: { ansible_host: 192.0.2.31 } } }
`
const shop = (database: string): string => `
  web:
    app:
      apps:
        shop:
          command: node main.js
          database: ${database}
`
const cluster = (
  user = 'from: { group: web }, grants: { "shop.*": [ALL] }',
  more = 'balancers: lb, primary: db1',
): string => `
  db: { mysql: { ${more}, users: { shop: { password: generate, ${user} } } } }
`
const endpoint = `
  lb: { haproxy: { databases: { main: { from: { group: web }, writerPort: 4406 } } } }
`
const siteYml = (...groups: readonly string[]): string =>
  `name: shop\ngroups:${groups.join('').replaceAll(/\n+/g, '\n')}`

const opened = async (files: Files) => {
  const folder = folderWith({ 'hosts.yml': inventory, ...files })
  const [site, hosts] = [await loadSite(join(folder, 'site.yml')), await loadInventory(join(folder, 'hosts.yml'))]
  return { folder, resolution: { site, inventory: hosts, roles, set: [] } }
}

const resolved = async (files: Files) => resolveSite((await opened(files)).resolution)

const { render } = loadTemplates([new URL('../../../templates', import.meta.url).pathname])
const issued = { authority: 'of the site', certificates: new Map() }

/** The declarations of an app's host, once its secrets are open. */
const described = async (site: string, name = 'web1', files: Files = {}) => {
  const { hosts, view } = await resolved({ 'site.yml': site, ...files })
  const host = hosts.find((each) => each.view.name === name)
  const app = host?.roles.find(({ role }) => role.name === 'app')
  if (!host || !app) throw new Error(`${name} has no app`)
  for (const { secret } of app.secrets) fulfil(secret, 'a word for the shop')
  const certificates = certificatesFor(app.role, issued)
  const { settings } = app
  return app.role.resources({ settings, host: { ...host.view, facts }, site: view, render, ...certificates })
}

interface Placed {
  readonly content: string | Secret
  readonly mode?: string
}

const variablesOf = async (...given: Parameters<typeof described>): Promise<readonly string[]> => {
  const file = (await described(...given)).find(({ key }) => key === 'file:/etc/fettle/apps/shop.env')
  const { content, mode } = (file?.spec ?? {}) as Placed
  expect({ mode, isSecret: isSecret(content) }).toEqual({ mode: '0600', isSecret: true })
  return reveal(content)
    .split('\n')
    .filter((line) => line.startsWith('DATABASE_'))
}

const both = siteYml(shop('shop'), cluster(), endpoint)

describe('what an app is told of its database', () => {
  test('comes from the balancers, the account and the authority, in a private file', async () => {
    expect(await variablesOf(both)).toEqual([
      'DATABASE_HOST="192.0.2.1,192.0.2.2"',
      'DATABASE_WRITER_PORT="4406"',
      'DATABASE_READER_PORT="3307"',
      'DATABASE_NAME="shop"',
      'DATABASE_USER="shop"',
      'DATABASE_PASSWORD="a word for the shop"',
      'DATABASE_CA="/etc/fettle/ca.pem"',
    ])
  })

  test('is what its release is migrated with, and what it restarts for', async () => {
    const all = await described(both)
    const restarts = ['shop@3000.service', 'shop@3001.service']
    expect(all.find(({ key }) => key === 'file:/etc/fettle/ca.pem')).toMatchObject({
      spec: { content: issued.authority },
      attachments: { restarts },
    })
    expect(all.find(({ key }) => key === 'file:/etc/fettle/apps/shop.env')?.attachments).toMatchObject({ restarts })
    const { view } = await resolved({ 'site.yml': both })
    expect(view.apps('web1')).toMatchObject([{ environment: '/etc/fettle/apps/shop.env' }])
  })

  test('has the password of the account, by whatever name that is kept', async () => {
    const secretsOf = async (site: string, host: string) => {
      const found = (await resolved({ 'site.yml': site })).hosts.find(({ view }) => view.name === host)
      const app = found?.roles.find(({ role }) => role.name === 'app')
      return app?.secrets.map(({ reference, setting }) => ({ reference, setting }))
    }
    const generated = { from: 'generate', name: 'mysql.users.shop.password', length: 32, alphabet: 'alphanumeric' }
    const own = { setting: 'mysql.users.shop.password', reference: generated }
    expect(await secretsOf(both, 'web2')).toEqual([own])
    const named = both.replace('password: generate', 'password: secret:shop-db')
    expect(await secretsOf(named, 'web2')).toEqual([{ ...own, reference: { from: 'secret', name: 'shop-db' } }])
    expect(await secretsOf(siteYml(shop('null'), cluster(), endpoint), 'web1')).toEqual([])
  })

  test('gives way to what is said of a variable itself', async () => {
    const site = both.replace('database: shop', 'database: shop\n          environment: { DATABASE_HOST: elsewhere }')
    expect(await variablesOf(site)).toContain('DATABASE_HOST="elsewhere"')
  })

  test('is the server itself where it is alone, without an authority where it has no certificate', async () => {
    const alone = `
  other: { mysql: { port: 3310, tls: false, users: { shop: { password: generate, from: { group: web }, grants: { "*.*": [SELECT] } } } } }
`
    const site = siteYml(
      shop('{ group: other, user: shop, name: goods }'),
      cluster(),
      endpoint,
      alone.replace('port', 'cluster: own, port'),
    )
    expect(await variablesOf(site)).toEqual([
      'DATABASE_HOST="192.0.2.31"',
      'DATABASE_WRITER_PORT="3310"',
      'DATABASE_READER_PORT="3310"',
      'DATABASE_NAME="goods"',
      'DATABASE_USER="shop"',
      'DATABASE_PASSWORD="a word for the shop"',
    ])
    expect((await described(site)).map(({ key }) => key)).not.toContain('file:/etc/fettle/ca.pem')
  })

  test('is this host where both are on one, and the account comes from nowhere else', async () => {
    const site = siteYml(
      shop('shop'),
      '\n  db: { mysql: { users: { shop: { password: generate, grants: { "shop.*": [ALL] } } } } }\n',
    )
    const files = { 'hosts.yml': 'all: { children: { web: { hosts: { web1: } }, db: { hosts: { web1: } } } }\n' }
    expect(await variablesOf(site, 'web1', files)).toContain('DATABASE_HOST="127.0.0.1"')
  })
})

const mistakesWith = async (site: string, hosts = inventory): Promise<readonly string[]> => {
  const { folder, resolution } = await opened({ 'site.yml': site, 'hosts.yml': hosts })
  const problems = await problemsOf(() => resolveSite(resolution))
  for (const { frame, setting } of problems)
    expect({ hasFrame: frame !== undefined, setting }).toEqual({ hasFrame: true })
  return problems.map((problem) =>
    lineOf(folder, problem).replace(/^site.yml:(\S+) settings.invalid: app "shop"/, '$1'),
  )
}

const mistakes = (...groups: readonly string[]) => mistakesWith(siteYml(...groups))

const grants = 'grants: { "*.*": [ALL] }'
const hereAndHow = 'say it for the user: from: { group: web }'
const endpointHint = 'say it for the balancers: haproxy: { databases: { main: { from: { group: web } } } }'
const elsewhere = 'from where "shop" does not log in to the database cluster "main"'

describe('is refused, where the description says it', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    [
      'a group that is not there',
      [shop('{ group: bd, user: shop }'), cluster(), endpoint],
      ['8:30 wants the database of group "bd", which this inventory does not have (did you mean "db"?)'],
    ],
    [
      'a group without servers',
      [shop('{ group: web, user: shop }'), cluster(), endpoint],
      ['8:30 wants a database, and no host of group "web" has a server (groups with database servers are: db)'],
    ],
    [
      'no server at all',
      [shop('shop')],
      [
        '8:11 wants a database, and no host of this inventory has a server (no group has the role mysql: give it to one in site.yml)',
      ],
    ],
    [
      'several clusters, and none named',
      [shop('shop'), cluster(), endpoint, '\n  other: { mysql: { cluster: other } }\n'],
      [
        '8:11 wants a database, and there are several clusters: main (db1, db2), other (other1) (name a group with servers of one of them: database: { group: GROUP, user: USER })',
      ],
    ],
    [
      'a user that is not described',
      [shop('shpo'), cluster(), endpoint],
      ['8:11 logs in to the database cluster "main" as "shpo", whom it does not describe (did you mean "shop"?)'],
    ],
    [
      'a user from elsewhere',
      [shop('shop'), cluster(`from: { networks: [192.0.2.12] }, ${grants}`), endpoint],
      [`8:11 is on web1, ${elsewhere} (${hereAndHow})`],
    ],
    [
      'a user of the server alone',
      [shop('shop'), cluster(grants), endpoint],
      [`8:11 is on web1, web2, ${elsewhere} (${hereAndHow})`],
    ],
    [
      'a certificate',
      [shop('shop'), cluster(`requireTls: certificate, from: { group: web }, ${grants}`), endpoint],
      [
        '8:11 is given no certificate, and the database cluster "main" asks "shop" for one (say it for the user: requireTls: true)',
      ],
    ],
    [
      'an endpoint for others',
      [shop('shop'), cluster(), endpoint.replace('web', 'lb')],
      ['lb1', 'lb2'].map(
        (name) => `8:11 is on web1, web2, whom ${name} does not lead to the database cluster "main" (${endpointHint})`,
      ),
    ],
    [
      'no balancer',
      [shop('shop'), cluster(undefined, 'primary: db1'), endpoint],
      [
        '8:11 wants the database cluster "main" of db1, db2, and no balancer knows its writer (name a group of balancers for the cluster, mysql: { balancers: GROUP }, and give these haproxy.databases)',
      ],
    ],
    [
      'all at once',
      [shop('{ user: shop, name: goods }'), cluster('from: { group: lb }, grants: { "shop.*": [ALL] }')],
      [
        `8:41 uses the database "goods" of cluster "main", where "shop" may do nothing (say it for the user: grants: { 'goods.*': [SELECT, INSERT, UPDATE, DELETE] })`,
        `8:29 is on web1, web2, ${elsewhere} (${hereAndHow})`,
        `8:11 finds no endpoint of the database cluster "main" on lb1, lb2 (${endpointHint})`,
      ],
    ],
  ])('%s', async (_, groups, expected) => {
    expect(await mistakes(...groups)).toEqual(expected)
  })

  test('balancers that lead to it at different ports', async () => {
    const own = 'lb2: { haproxy: { databases: { main: { writerPort: 5506 } } }, '
    expect(await mistakesWith(both, inventory.replace('lb2: { ', own))).toEqual([
      '8:11 finds the database cluster "main" at different ports of its balancers, lb1: 4406 and 3307; lb2: 5506 and 3307 (say the same writerPort and readerPort for all of them)',
    ])
  })
})
