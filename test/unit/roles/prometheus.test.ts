import { expect, test } from 'vitest'
import type { HostView, SiteView } from '../../../engine/core/host.ts'
import type { OpenPort } from '../../../engine/core/listen.ts'
import { secretOf } from '../../../engine/core/secret.ts'
import type { Alert, Watch } from '../../../engine/core/watch.ts'
import { PrometheusSettings } from '../../../roles/prometheus/settings.ts'
import { alertsOf, endpointOf, targetsOf } from '../../../roles/prometheus/targets.ts'
import { bareSite } from '../support/bare-site.ts'
import { problemsIn } from '../support/problems.ts'

const host = (name: string, address: string, variables = {}): HostView => ({ name, address, groups: [], variables })
const hosts = [
  host('mon1', '192.0.2.9'),
  host('db1', '192.0.2.1'),
  host('db2', 'db2.example.com', { fettle_addresses: ['2001:db8::2', '10.0.0.2'] }),
]
const [mon1] = hosts as [HostView]

const alert = (name: string): Alert => ({ name, expression: 'up', after: 1, severity: 'warning', says: '', hint: '' })
const watch: Watch = { job: 'node', port: 9100, alerts: [alert('DiskShort')] }

const siteWith = (from: OpenPort['from'] | null): SiteView => ({
  ...bareSite,
  hosts: (group) => (group === 'mon' ? [mon1] : group === 'others' ? hosts.slice(1) : hosts),
  watch: () => [watch],
  listens: () => (from ? [{ port: 9100, protocol: 'tcp', from, why: 'metrics', role: 'base' }] : []),
})

const targets = (from: OpenPort['from'] | null) =>
  targetsOf({ settings: PrometheusSettings.parse({}), host: mon1, site: siteWith(from) })

test.each<OpenPort['from']>(['everybody', { group: 'mon' }, { networks: ['192.0.2.0/24'] }])(
  'collects from all who let it in, by address: %o',
  (from) => {
    expect(targets(from).map(endpointOf)).toEqual(['192.0.2.9:9100', '192.0.2.1:9100', '[2001:db8::2]:9100'])
    expect(alertsOf(targets(from))).toEqual([alert('DiskShort')])
  },
)

test.each<OpenPort['from'] | null>([
  null,
  'controller',
  { group: 'others' },
  { networks: ['192.0.2.1', '10.0.0.0/8'] },
])('names all who would not, but for itself: %o', (from) => {
  const said = problemsIn(() => targets(from)).map(({ message }) => message)
  expect(said).toEqual([
    'mon1 is to read the figures of db1 (node, port 9100), which does not let it in',
    'mon1 is to read the figures of db2 (node, port 9100), which does not let it in',
  ])
})

test('who is told has one name, and logs in whole or not at all', () => {
  const mail = { to: ['ops@example.com'], from: 'fettle@example.com', server: 'mail.example.com:587' }
  const issues = (settings: unknown) =>
    PrometheusSettings.safeParse(settings).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  expect(issues({ mail: { night: mail } })).toBeUndefined()
  expect(
    issues({
      mail: { night: { ...mail, user: 'fettle' } },
      webhooks: { night: secretOf('https://chat.example.com/hook') },
    }),
  ).toEqual(['mail.night: user and password, or neither', 'mail.night: a webhook has that name'])
  expect(issues({ mail: { night: { ...mail, server: 'mail.example.com' } } })).toEqual(['mail.night.server: HOST:PORT'])
})
