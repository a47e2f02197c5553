import { expect, test } from 'vitest'
import type { DatabaseServer } from '../../../../engine/core/database.ts'
import type { HostView, SiteView } from '../../../../engine/core/host.ts'
import type { Pool } from '../../../../engine/core/rotation.ts'
import { concernedBy, seatsOf, tierOf } from '../../../../engine/rollout/patch/site.ts'
import { siteView } from '../../converge/support/site.ts'

const names = ['lb1', 'lb2', 'web1', 'web2', 'db1', 'db2', 'log1']
const host = (name: string): HostView => ({ name, address: name, groups: [], variables: {} })
const server = (on: string, port: number) => ({ name: `${on}-${port}`, host: on, address: on, port })

const shop: Pool = { backend: 'shop', servers: [server('web1', 3000), server('web1', 3001), server('web2', 3000)] }
const main = { cluster: 'main', balancers: ['lb1'] } as unknown as DatabaseServer

const view: SiteView = {
  ...siteView,
  hosts: () => names.map(host),
  pools: (name) => (name.startsWith('lb') ? [shop] : []),
  databases: (name) => (name.startsWith('db') ? [main] : []),
}

test('what a host is to the others', () => {
  expect(names.map((name) => tierOf(view, name))).toEqual([
    ...['balancer', 'balancer', 'app', 'app', 'database', 'database', 'other'],
  ])
  const alone = { ...view, databases: () => [main] }
  expect(tierOf(alone, 'lb1')).toBe('database')
})

test('where balancers send it requests, once for all of them', () => {
  expect(seatsOf(view, 'web1')).toEqual([
    { host: 'web1', port: 3000 },
    { host: 'web1', port: 3001 },
  ])
  expect(seatsOf(view, 'db1')).toEqual([])
})

test.each([
  ['web1', ['lb1', 'lb2', 'web1']],
  ['db2', ['lb1', 'db1', 'db2']],
  ['log1', ['log1']],
  ['lb2', ['lb2']],
])('who has to do with patching %s', (name, concerned) => {
  expect(concernedBy(view, new Set([name]))).toEqual(concerned)
})
