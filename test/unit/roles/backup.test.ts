import { describe, expect, test } from 'vitest'
import type { DatabaseServer } from '../../../engine/core/database.ts'
import type { HostView, SiteView } from '../../../engine/core/host.ts'
import { isSecret, reveal, secretOf, type Text } from '../../../engine/core/secret.ts'
import { loadTemplates } from '../../../engine/templates/templates.ts'
import backup from '../../../roles/backup/index.ts'
import { BackupSettings } from '../../../roles/backup/settings.ts'
import { facts } from '../converge/support/site.ts'
import { bareSite } from '../support/bare-site.ts'
import { problemsIn } from '../support/problems.ts'

const { render } = loadTemplates([new URL('../../../templates', import.meta.url).pathname])
const host = (name: string, address: string): HostView => ({ name, address, groups: [], variables: {} })
const web1 = host('web1', '192.0.2.1')
const vault1 = host('vault1', '192.0.2.8')
const vault2 = host('vault2', '2001:db8::9')

const settingsOf = (said: object = {}): BackupSettings =>
  BackupSettings.parse({ to: 'vault', key: secretOf('the key of the site'), ...said })

const siteOf = (hosts: readonly HostView[], paths: readonly string[] = ['/etc']): SiteView => {
  const site: SiteView = {
    ...bareSite,
    hosts: (group) => (group === 'vault' ? [vault1, vault2] : hosts),
    state: () => paths.map((path) => ({ path, why: 'tested' })),
    backups: (name) => backup.backups?.({ settings: settingsOf(), host: host(name, ''), site }) ?? [],
  }
  return site
}

const described = (one: HostView, said: object = {}, site = siteOf([web1, vault1, vault2], ['/etc'])) => {
  const certificate = { key: secretOf('a key'), certificate: 'a certificate', authority: 'an authority' }
  const declarations = backup.resources({
    ...{ settings: settingsOf(said), host: { ...one, facts }, site, render },
    certificate: () => certificate,
    authority: () => certificate.authority,
  })
  return new Map(declarations.map(({ key, spec }) => [key, spec as { readonly content: Text; readonly mode?: string }]))
}

describe('a host', () => {
  test('has its own way to each backup host, and root alone reads it', () => {
    const all = described(web1)
    for (const to of ['vault1', 'vault2'])
      for (const name of ['repository', 'password']) {
        const { content, mode } = all.get(`file:/etc/fettle/backup/${to}/${name}`) ?? {}
        expect([isSecret(content), mode]).toEqual([true, '0600'])
      }
    expect(all.has('apt:rclone')).toBe(false)
  })

  test('copies what its roles say, each thing once', () => {
    const site = siteOf([web1], ['/srv/shop/shared', '/etc/', '/etc', '/etc/ssl', '/etcetera'])
    expect(described(web1, {}, site).get('file:/etc/fettle/backup/paths')?.content).toBe(
      '/etc\n/etcetera\n/srv/shop/shared\n',
    )
  })

  test('with a database server has a way to the repository that all servers of the cluster know', () => {
    const databases = [{ cluster: 'main' }] as unknown as readonly DatabaseServer[]
    const all = described(web1, {}, { ...siteOf([web1, vault1, vault2]), databases: () => databases })
    const place = '/etc/fettle/backup/vault1_main/repository'
    expect(reveal(all.get(`file:${place}`)?.content ?? '')).toMatch(
      /^rest:https:\/\/_main:[0-9a-f]{64}@192\.0\.2\.8:8000\/_main\/\n$/,
    )
    expect(all.get('unit:fettle-backup-database@.service')?.content).toContain('/backup %i _main databases\n')
    expect(all.get('unit:fettle-backup-binlogs@.service')?.content).toContain('/backup %i _main binlogs\n')
    expect(all.get('unit:fettle-backup-binlogs@.timer')?.content).toContain('OnUnitInactiveSec=60\n')
    for (const to of ['vault1', 'vault2']) expect(all.has(`service:fettle-backup-binlogs@${to}.timer`)).toBe(true)
  })

  test('with nothing to keep copies nothing of its own', () =>
    expect([...described(web1, {}, siteOf([web1], [])).keys()].some((key) => key.endsWith('/repository'))).toBe(false))

  test('opens no port', () =>
    expect(backup.listens?.({ settings: settingsOf(), host: web1, site: siteOf([web1]) })).toEqual([]))
})

describe('a backup host', () => {
  test('keeps the others, and is copied to another one, not to itself', () => {
    const all = described(vault1)
    expect(all.has('service:fettle-backup-server.service')).toBe(true)
    expect([...all.keys()].filter((key) => key.endsWith('/repository'))).toEqual([
      'file:/etc/fettle/backup/vault2/repository',
    ])
  })

  test('is open to those whom it keeps', () =>
    expect(backup.listens?.({ settings: settingsOf(), host: vault1, site: siteOf([web1, vault1, vault2]) })).toEqual([
      { port: 8000, protocol: 'tcp', from: { networks: ['192.0.2.1', '2001:db8::9'] }, why: 'backups' },
    ]))

  test('must know where they come from', () =>
    expect(
      problemsIn(() =>
        backup.listens?.({ settings: settingsOf(), host: vault1, site: siteOf([host('web9', 'web9.example.com')]) }),
      ),
    ).toMatchObject([
      { code: 'settings.invalid', message: 'web9 is copied to backup hosts, and its address is not known' },
    ]))

  test('has a certificate for its names', () => {
    expect(backup.certificates?.({ settings: settingsOf(), host: vault1, site: siteOf([web1]) })).toEqual([
      { name: 'backup', names: ['vault1', '192.0.2.8'], uses: ['server'] },
    ])
    expect(backup.certificates?.({ settings: settingsOf(), host: web1, site: siteOf([web1]) })).toEqual([])
  })
})

test.each([[{ keep: { all: 'week' } }], [{ paths: ['srv'] }], [{ to: undefined }], [{ port: 0 }]])(
  '%j is no setting',
  (said) => expect(BackupSettings.safeParse({ to: 'vault', key: secretOf('k'), ...said }).success).toBe(false),
)
