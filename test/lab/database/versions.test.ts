import { beforeAll, expect, test } from 'vitest'
import { usePracticeHosts } from '../harness.ts'
import { type Site, useSite } from '../support/site.ts'
import { keep, small, sql, useAuthority } from './support.ts'

const lab = usePracticeHosts([
  { name: 'db1', release: 'trixie' },
  { name: 'db2', release: 'bookworm' },
])

let site: Site

const refusal = /db2 cannot follow db1: its server is older/

beforeAll(async () => {
  const mysql = { ...small, primary: 'db1', databases: { shop: {} } }
  site = await useSite({
    siteYml: JSON.stringify({ name: 'shop', groups: { db: { mysql } } }),
    hosts: { db: [lab.host('db1'), lab.host('db2')] },
  })
  keep(site, { replication: 'between-servers', backup: 'for-copies' })
  await useAuthority(site)
})

test('a replica that is older than its writer is refused, and the writer serves', async () => {
  const told = await site.fettle('provision', '--yes')
  expect([told.exit, told.stdout + told.stderr]).toEqual([expect.any(Number), expect.stringMatching(refusal)])
  expect(told.exit).not.toBe(0)
  expect(await sql(lab.host('db1'), 'mariadb', 'SELECT @@read_only;')).toBe('0')
  const untouched = 'SELECT @@read_only; SHOW SLAVE STATUS; SHOW DATABASES LIKE "shop";'
  expect(await sql(lab.host('db2'), 'mariadb', untouched)).toBe('1')
  expect((await lab.host('db2').sh('ls /var/lib/fettle/database/main')).stdout).not.toContain('copy')
})

test('nor does it get a copy', async () => {
  const { exit, stderr } = await site.fettle('db', 'reseed', 'db2', '--yes')
  expect([exit, stderr]).toEqual([1, expect.stringMatching(refusal)])
  expect(stderr).toMatch(/db2 has MariaDB 10\.11\.\d+\n.*db1 has MariaDB 11\.8\.\d+\n.*nothing was touched/)
  expect(stderr).toContain('upgrade db2 first')
})
