import { expect } from 'vitest'
import type { Flavor } from '../../../engine/core/database.ts'
import { keep, lend, small, sql, useAuthority } from '../../lab/database/support.ts'
import type { PracticeHost, PracticeHosts } from '../../lab/harness.ts'
import { isSample } from '../../lab/support/extent.ts'
import { type Site, type Told, useSite } from '../../lab/support/site.ts'
import { expectDone } from '../../lab/support/told.ts'
import { installChecksum } from '../witness/checksum.ts'

/** A cluster of three behind a balancer, and a host whose app writes through it. */
export interface Subject {
  readonly flavor: Flavor
  readonly site: Site
  readonly version: string
  host(name: string): PracticeHost
  db(...words: readonly string[]): Promise<Told>
}

export const servers = ['db1', 'db2', 'db3'] as const

const siteYml = (flavor: Flavor, settings: object) =>
  JSON.stringify({
    name: 'shop',
    groups: {
      lb: { haproxy: { databases: { main: { from: { group: 'app' }, maxLag: 5 } } } },
      app: { ca: {}, pieces: { packages: ['libdbd-mariadb-perl'] } },
      db: {
        mysql: {
          ...small,
          ...{ flavor, primary: 'db1', balancers: 'lb', databases: { shop: {} } },
          semiSync: { enabled: true, timeout: null },
          ...settings,
          users: { shop: { password: 'file:keys/shop', from: { group: 'app' }, grants: { 'shop.*': ['ALL'] } } },
        },
      },
    },
  })

/** Whether there is a second witness of what the servers have: Percona's, of which Debian has none for MySQL 9. */
export const hasChecksum = (flavor: Flavor): boolean => flavor === 'mariadb' && !isSample

/** `settings` are further ones of its servers. Errors: whatever keeps the site from being provisioned. */
export const useSubject = async (lab: PracticeHosts, flavor: Flavor, settings: object = {}): Promise<Subject> => {
  const host = (name: string): PracticeHost => lab.host(name)
  const site = await useSite({
    siteYml: siteYml(flavor, settings),
    hosts: { lb: [host('lb1')], app: [host('app1')], db: servers.map(host) },
  })
  keep(site, { shop: 'shop', replication: 'between-servers', backup: 'for-copies' })
  await useAuthority(site)
  expectDone(await site.fettle('provision', '--yes'))
  await sql(host('db1'), flavor, 'CREATE TABLE shop.orders (n BIGINT AUTO_INCREMENT PRIMARY KEY, id BIGINT NOT NULL);')
  await lend(host('app1'), 'shop', 'shop')
  if (hasChecksum(flavor)) await installChecksum(host('app1'))
  const version = (await sql(host('db1'), flavor, 'SELECT VERSION();')).split('-', 1)[0] ?? ''
  return { flavor, site, version, host, db: (...words) => site.fettle('db', ...words) }
}

/** Waits until a switchover would be safe. */
export const isSafe = (subject: Subject): Promise<void> =>
  expect
    .poll(async () => (await subject.db('status')).stdout, { timeout: 60_000, interval: 500 })
    .toContain('A switchover would be safe now')

export const does = async ({ db }: Subject, ...words: readonly string[]): Promise<void> => {
  expectDone(await db(...words, '--yes'))
}
