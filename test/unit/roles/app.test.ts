import { describe, expect, test } from 'vitest'
import { loadTemplates } from '../../../engine/templates/templates.ts'
import app from '../../../roles/app/index.ts'
import { AppSettings } from '../../../roles/app/settings.ts'
import { facts } from '../converge/support/site.ts'
import { bareSite } from '../support/bare-site.ts'
import { noCertificates } from './no-certificates.ts'

const host = {
  name: 'web1',
  address: '192.0.2.11',
  groups: ['web'],
  variables: {},
  facts: { ...facts, memory: 4 * 2 ** 30 },
}
const { render } = loadTemplates([new URL('../../../templates', import.meta.url).pathname])

const topology = (shop: object) => ({ settings: AppSettings.parse({ apps: { shop } }), host, site: bareSite })
const described = (shop: object) => app.resources({ ...topology(shop), render, ...noCertificates })
const contentOf = (key: string, shop: object): string => {
  const found = described(shop).find((each) => each.key === key)
  return String((found?.spec as { readonly content?: unknown } | undefined)?.content)
}
const unit = (shop: object) => contentOf('unit:shop@.service', shop)
const lineOf = (name: string, text: string) => text.split('\n').find((line) => line.startsWith(`${name}=`))
const node = { command: 'node main.js' }

test('an app is a user, its folders, its variables, a unit, and instances that wait for a release', () => {
  expect(described({ ...node, instances: 2, packages: ['nodejs'] }).map(({ key }) => key)).toEqual([
    'apt:nodejs',
    'directory:/etc/fettle',
    'directory:/etc/fettle/apps',
    'user:shop',
    'directory:/srv/shop',
    'directory:/srv/shop/releases',
    'directory:/srv/shop/instances',
    'directory:/srv/shop/shared',
    'file:/etc/fettle/apps/shop.env',
    'unit:shop@.service',
    'service:shop@3000.service',
    'service:shop@3001.service',
  ])
  expect(described(node).at(-1)?.spec).toMatchObject({ ifExists: '/srv/shop/instances/3001' })
  expect(described(node).find(({ key }) => key.endsWith('.env'))?.spec).toMatchObject({ mode: '0600' })
})

test('of no app nothing is left', () => {
  expect(app.resources({ settings: AppSettings.parse({}), host, site: bareSite, render, ...noCertificates })).toEqual(
    [],
  )
})

describe('its unit', () => {
  test.each([
    ['node main.js', '"exec node main.js"'],
    ['node main.js --port $PORT', '"exec node main.js --port $$PORT"'],
    ['sh -c "date +%s"', '"exec sh -c \\"date +%%s\\""'],
    [String.raw`printf 'a\n'`, String.raw`"exec printf 'a\\n'"`],
  ])('runs %s', (command, words) => {
    expect(lineOf('ExecStart', unit({ command }))).toBe(`ExecStart=/bin/sh -c ${words}`)
  })

  test('shares memory and processors among the instances', () => {
    expect(lineOf('MemoryMax', unit({ ...node, instances: 4 }))).toBe('MemoryMax=819M')
    expect(lineOf('MemoryMax', unit({ ...node, memory: '1G' }))).toBe('MemoryMax=1G')
    expect(lineOf('Environment', unit({ ...node, instances: 1 }))).toContain('WEB_CONCURRENCY=2')
    expect(lineOf('Environment', unit({ ...node, instances: 8 }))).toContain('WEB_CONCURRENCY=1')
  })

  test('has no instance without a release, and says which one it was started with', () => {
    const text = unit(node)
    expect(lineOf('ConditionPathExists', text)).toBe('ConditionPathExists=/srv/shop/instances/%i')
    expect(lineOf('WorkingDirectory', text)).toBe('WorkingDirectory=/srv/shop/instances/%i')
    expect(lineOf('ExecStartPre', text)).toContain('/run/fettle/instances/%n')
  })
})

const variables = (environment: object) => contentOf('file:/etc/fettle/apps/shop.env', { ...node, environment })

test.each([
  ['plain', 'plain'],
  ['with  spaces and # signs', 'with  spaces and # signs'],
  ['"double" and \'single\'', String.raw`\"double\" and 'single'`],
  ['$HOME and `date`', String.raw`\$HOME and \`date\``],
  ['50% of %i', '50% of %i'],
  [String.raw`back\slash\n`, String.raw`back\\slash\\n`],
  ['', ''],
])('a variable with the value %s', (value, written) => {
  expect(lineOf('GIVEN', variables({ GIVEN: value }))).toBe(`GIVEN="${written}"`)
})

const issuesOf = (apps: object) =>
  AppSettings.safeParse({ apps }).error?.issues.map((issue) => {
    const [{ message } = issue] = issue.code === 'invalid_key' ? issue.issues : []
    return `${issue.path.join('.')}: ${message}`
  })

describe('settings', () => {
  test.each<[string, object, readonly string[] | undefined]>([
    ['a command alone is enough', node, undefined],
    ['a variable of two lines', { ...node, environment: { A: 'x\ny' } }, ['apps.shop.environment.A: one line']],
    [
      'a variable that is given',
      { ...node, environment: { PORT: '1', PORTS: '2' } },
      ['apps.shop.environment.PORT: a name other than those that every instance is given'],
    ],
    [
      'a variable that is none',
      { ...node, environment: { 'A-B': '1' } },
      ['apps.shop.environment.A-B: letters, digits and _'],
    ],
    [
      'a command that begins with variables',
      { command: 'NODE_ENV=production node main.js' },
      ['apps.shop.command: a program with its arguments; variables go into `environment`'],
    ],
    [
      'a shared path that leads out',
      { ...node, shared: ['../other', '/etc', 'a/../../b', 'fine/..name'] },
      [0, 1, 2].map((at) => `apps.shop.shared.${at}: a path inside the release, without a leading / and ..`),
    ],
    ['no share', { ...node, rollout: { batch: '0%' } }, ['apps.shop.rollout.batch: a number or a share, as 2 or 25%']],
  ])('%s', (_, shop, issues) => {
    expect(issuesOf({ shop })).toEqual(issues)
  })

  test('two apps do not share a port', () => {
    expect(issuesOf({ shop: { ...node, instances: 3 }, other: { ...node, port: 3002 } })).toEqual([
      'apps.other.port: other and shop would both listen on port 3002',
    ])
    expect(issuesOf({ shop: { ...node, instances: 2 }, other: { ...node, port: 3002 } })).toBeUndefined()
  })
})

test('says what listens, what is in rotation and what is expected', () => {
  const given = topology({ ...node, port: 4000, instances: 3, balancers: 'lb', health: { path: '/up' } })
  expect(app.listens?.(given)).toEqual([
    { port: 4000, through: 4002, protocol: 'tcp', from: { group: 'lb' }, why: 'app shop' },
  ])
  expect(app.rotation?.(given).map(({ unit, port, health }) => `${unit} ${port} ${health.path}`)).toEqual([
    'shop@4000.service 4000 /up',
    'shop@4001.service 4001 /up',
    'shop@4002.service 4002 /up',
  ])
  expect(app.apps?.(given)).toMatchObject([{ name: 'shop', root: '/srv/shop', user: 'shop', keep: 5 }])
})
