import { certificatesFor } from '../../../../engine/converge/plan/certificates.ts'
import type { HostFacts, HostView, SiteView } from '../../../../engine/core/host.ts'
import { secretOf } from '../../../../engine/core/secret.ts'
import { loadTemplates } from '../../../../engine/templates/templates.ts'
import mysql from '../../../../roles/mysql/index.ts'
import { MysqlSettings } from '../../../../roles/mysql/settings.ts'
import { facts } from '../../converge/support/site.ts'
import { bareSite } from '../../support/bare-site.ts'

const { render } = loadTemplates([new URL('../../../../templates', import.meta.url).pathname])
export const certificate = { key: secretOf('key-word'), certificate: 'of db1', authority: 'of the site' }
const certificates = certificatesFor(mysql, {
  authority: certificate.authority,
  certificates: new Map([['mysql', certificate]]),
})

export const host = (name: string, address: string, variables: object = {}): HostView => ({
  name,
  address,
  groups: [],
  variables: { ...variables },
})
export const db1 = host('db1', '192.0.2.1')
export const db2 = host('db2', '192.0.2.2')
const groups: Readonly<Record<string, readonly HostView[]>> = {
  web: [
    host('web1', '192.0.2.11'),
    host('web2', 'web2.example.org', { fettle_addresses: ['192.0.2.12', '2001:db8::0:2'] }),
  ],
  lb: [host('lb1', '192.0.2.21')],
  everything: [db1, host('web1', '192.0.2.11')],
  nameless: [host('a', 'a.example.org'), host('b', 'b.example.org')],
}

export const secrets = { replicationPassword: secretOf('replication-word'), backupPassword: secretOf('backup-word') }
export const settingsOf = (settings: object = {}): MysqlSettings => MysqlSettings.parse({ ...secrets, ...settings })

/** A site where these hosts have the role, each with settings of its own. */
export const siteOf = (servers: readonly (readonly [HostView, object])[]): SiteView => {
  const site: SiteView = {
    ...bareSite,
    hosts: (group) => (group === 'all' ? servers.map(([each]) => each) : (groups[group] ?? [])),
    databases: (name) =>
      servers
        .filter(([each]) => each.name === name)
        .flatMap(([each, settings]) => mysql.databases?.({ settings: settingsOf(settings), host: each, site }) ?? []),
  }
  return site
}

export const described = (
  settings: object,
  servers: SiteView = siteOf([[db1, settings]]),
  more: Partial<HostFacts> = {},
) =>
  mysql.resources({
    settings: settingsOf(settings),
    host: { ...db1, facts: { ...facts, ...more } },
    site: servers,
    render,
    ...certificates,
  })

export const specOf = <Spec>(key: string, settings: object, servers?: SiteView, more?: Partial<HostFacts>): Spec => {
  const found = described(settings, servers, more).find((each) => each.key === key)
  if (!found) throw new Error(`${key} is not described`)
  return found.spec as Spec
}

export const contentOf = (path: string, settings: object = {}, servers?: SiteView, more?: Partial<HostFacts>): string =>
  String(specOf<{ content: unknown }>(`file:${path}`, settings, servers, more).content)

export const lineOf = (name: string, text: string): string | undefined =>
  text.split('\n').find((line) => line.startsWith(`${name} = `))

/** Where the server reads what it is told at its start, and what also a running one takes. */
export const conf = '/etc/mysql/mariadb.conf.d/zz-fettle.cnf'
export const running = '/etc/mysql/mariadb.conf.d/zz-fettle-running.cnf'
