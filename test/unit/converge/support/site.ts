import type { HostFacts, HostView, SiteView } from '../../../../engine/core/host.ts'
import { bareSite } from '../../support/bare-site.ts'

export const hostView: HostView = { name: 'web1', address: '192.0.2.1', groups: ['web'], variables: {} }

export const siteView: SiteView = { ...bareSite, hosts: () => [hostView] }

export const facts: HostFacts = {
  os: { id: 'debian', version: '12', codename: 'bookworm', name: 'Debian GNU/Linux 12', architecture: 'amd64' },
  hostname: 'web1',
  cpus: 2,
  memory: 2 ** 31,
  openFiles: 1024,
  disks: [],
  interfaces: [],
  uptime: 100,
  bootId: 'boot',
  rebootRequired: false,
  container: false,
  arrival: null,
}
