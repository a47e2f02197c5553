import { expect } from 'vitest'
import type { Flavor } from '../../../engine/core/database.ts'
import { keep, lend, small, sql, useAuthority } from '../../lab/database/support.ts'
import type { PracticeHost, PracticeHosts } from '../../lab/harness.ts'
import { type Site, type Told, useSite } from '../../lab/support/site.ts'
import { startWrites, type Writes } from '../load/writes.ts'
import { twoWriters, watchOpenness } from '../witness/openness.ts'
import { report } from './report.ts'

/** A cluster of three behind a balancer, and a host whose app writes through it. */
export interface Subject {
  readonly flavor: Flavor
  readonly site: Site
  readonly version: string
  host(name: string): PracticeHost
  db(...words: readonly string[]): Promise<Told>
}

export const servers = ['db1', 'db2', 'db3'] as const

const siteYml = (flavor: Flavor) =>
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
          users: { shop: { password: 'file:keys/shop', from: { group: 'app' }, grants: { 'shop.*': ['ALL'] } } },
        },
      },
    },
  })

/** Errors: whatever keeps the site from being provisioned. */
export const useSubject = async (lab: PracticeHosts, flavor: Flavor): Promise<Subject> => {
  const host = (name: string): PracticeHost => lab.host(name)
  const site = await useSite({
    siteYml: siteYml(flavor),
    hosts: { lb: [host('lb1')], app: [host('app1')], db: servers.map(host) },
  })
  keep(site, { shop: 'shop', replication: 'between-servers', backup: 'for-copies' })
  await useAuthority(site)
  const { exit, stdout, stderr } = await site.fettle('provision', '--yes')
  expect({ exit, said: exit === 0 ? '' : stdout + stderr }).toEqual({ exit: 0, said: '' })
  await sql(host('db1'), flavor, 'CREATE TABLE shop.orders (n BIGINT AUTO_INCREMENT PRIMARY KEY, id BIGINT NOT NULL);')
  await lend(host('app1'), 'shop', 'shop')
  const version = (await sql(host('db1'), flavor, 'SELECT VERSION();')).split('-', 1)[0] ?? ''
  return { flavor, site, version, host, db: (...words) => site.fettle('db', ...words) }
}

/** Waits until a switchover would be safe. */
export const isSafe = (subject: Subject): Promise<void> =>
  expect
    .poll(async () => (await subject.db('status')).stdout, { timeout: 60_000, interval: 500 })
    .toContain('A switchover would be safe now')

export const does = async ({ db }: Subject, ...words: readonly string[]): Promise<void> => {
  const { exit, stdout, stderr } = await db(...words, '--yes')
  expect({ exit, said: exit === 0 ? '' : stdout + stderr }).toEqual({ exit: 0, said: '' })
}

/** What is there of orders, by all servers. */
const stored = async ({ host, flavor }: Subject, name: string): Promise<string> =>
  sql(host(name), flavor, 'SELECT CONCAT(n, " ", id) FROM shop.orders ORDER BY n;')

/** Writes through all of some work; in the end nothing is lost or there twice, and all servers have the same. */
export const underWrites = async (
  subject: Subject,
  scenario: string,
  work: () => Promise<unknown>,
  inWords: (writes: Writes) => string,
): Promise<Writes> => {
  const watching = await watchOpenness(servers.map(subject.host))
  const running = await startWrites(subject.host('app1'), subject.host('lb1'))
  const failed = await work().then(
    () => null,
    (error: unknown) => ({ error }),
  )
  const writes = await running.stop()
  const open = await watching.stop()
  if (failed) throw failed.error
  const versions = async () => new Set(await Promise.all(servers.map((name) => stored(subject, name)))).size
  await expect.poll(versions, { timeout: 60_000, interval: 500 }).toBe(1)
  const ids = (await stored(subject, 'db1')).split('\n').map((line) => Number(line.split(' ')[1]))
  const there = new Set(ids)
  const lost = writes.acknowledged.filter(({ id }) => !there.has(id)).length
  const twice = ids.length - there.size
  const counts = { lost, twice, missing: writes.missing.length, writers: twoWriters(open).length }
  const server = `${subject.flavor} ${subject.version}`
  report({ server, scenario, writes: writes.acknowledged.length, ...counts, measured: inWords(writes) })
  expect(counts).toEqual({ lost: 0, twice: 0, missing: 0, writers: 0 })
  expect(writes.acknowledged.length).toBeGreaterThan(100)
  return writes
}
