import { expect, test } from 'vitest'
import { reveal, secretOf } from '../../../engine/core/secret.ts'
import { loadTemplates } from '../../../engine/templates/templates.ts'
import controller from '../../../roles/controller/index.ts'
import { ControllerSettings } from '../../../roles/controller/settings.ts'
import { facts } from '../converge/support/site.ts'
import { bareSite } from '../support/bare-site.ts'
import { noCertificates } from './no-certificates.ts'

const host = { name: 'control1', address: '192.0.2.5', groups: ['control'], variables: {}, facts }
const { render } = loadTemplates([new URL('../../../templates', import.meta.url).pathname])
const topology = (settings: object) => ({ settings: ControllerSettings.parse(settings), host, site: bareSite })
const described = (settings: object) => controller.resources({ ...topology(settings), render, ...noCertificates })
const specOf = (key: string, settings: object) =>
  described(settings).find((each) => each.key === key)?.spec as { readonly content: string } | undefined

test('it is a program with one instance, and what it opens hosts and secrets with lies in its home', () => {
  const all = { key: secretOf('KEY'), identity: secretOf('IDENTITY'), store: secretOf('postgres://x') }
  const home = '/srv/controller/shared'
  expect(described(all).map(({ key }) => key)).toEqual([
    'apt:nodejs',
    'directory:/etc/fettle',
    'directory:/etc/fettle/apps',
    'user:controller',
    'directory:/srv/controller',
    'directory:/srv/controller/releases',
    'directory:/srv/controller/instances',
    `directory:${home}`,
    'file:/etc/fettle/apps/controller.env',
    'unit:controller@.service',
    'service:controller@3900.service',
    `directory:${home}/.ssh`,
    `file:${home}/.ssh/id_ed25519`,
    `directory:${home}/.config`,
    `directory:${home}/.config/fettle`,
    `file:${home}/.config/fettle/identity`,
  ])
  expect(specOf('user:controller', all)).toMatchObject({ system: true, home })
  const own = { owner: 'controller', group: 'controller' }
  expect(specOf(`directory:${home}/.ssh`, all)).toMatchObject({ ...own, mode: '0700' })
  expect(specOf(`file:${home}/.ssh/id_ed25519`, all)).toMatchObject({ ...own, mode: '0600' })
  expect(described({}).map(({ key }) => key)).not.toContain(`directory:${home}/.ssh`)
})

test('it answers its own host alone, and may take as long to end as its jobs', () => {
  const unit = specOf('unit:controller@.service', { fettle: 'node fettle/bin/fettle', grace: 90 })?.content
  expect(unit).toContain('"exec node fettle/bin/fettle scheduler --listen 127.0.0.1:$$PORT --grace 90s"')
  expect(unit).toContain('TimeoutStopSec=150')
  expect(controller.listens).toBeUndefined()
  expect(controller.rotation).toBeUndefined()
})

test('its variables are what Fettle knows itself by', () => {
  const settings = { inventory: 'inventory/production.yml', store: secretOf('postgres://x'), environment: { A: 'b' } }
  const content = specOf('file:/etc/fettle/apps/controller.env', settings)?.content
  expect(reveal(content as never)).toMatch(
    /\nFETTLE_INVENTORY="inventory\/production.yml"\nDATABASE_URL="postgres:\/\/x"\nA="b"\n$/,
  )
})

test('its releases keep what Fettle remembers', () => {
  expect(controller.apps?.(topology({}))).toMatchObject([
    {
      name: 'controller',
      root: '/srv/controller',
      shared: ['.fettle'],
      instances: [{ unit: 'controller@3900.service', health: { path: '/healthz', release: 'X-Release' } }],
    },
  ])
})
