import { beforeAll, expect, test } from 'vitest'
import { usePracticeHosts } from '../harness.ts'
import { type Site, useSite } from '../support/site.ts'
import { deedsOf, nothing, resultOf } from '../support/told.ts'
import { keep, small, sql, useAuthority } from './support.ts'

const lab = usePracticeHosts(['left', 'used'])

const siteYml = (more: object = {}) =>
  JSON.stringify({
    name: 'refused',
    groups: { db: { mysql: { ...small, databases: { shop: {} }, ...more } }, ...clusters },
  })
const clusters = { left: { mysql: { cluster: 'left' } }, used: { mysql: { cluster: 'used' } } }

let site: Site

beforeAll(async () => {
  const [left, used] = [lab.host('left'), lab.host('used')]
  site = await useSite({ siteYml: siteYml(), hosts: { db: [left, used], left: [left], used: [used] } })
  keep(site, { replication: 'replication', backup: 'backup' })
  await useAuthority(site)
  await left.sh('mkdir -p /var/lib/mysql && echo precious >/var/lib/mysql/ibdata1')
  await used.sh('DEBIAN_FRONTEND=noninteractive apt-get -qq -y install mariadb-server >/dev/null 2>&1')
  await sql(used, 'mariadb', 'CREATE DATABASE theirs; CREATE TABLE theirs.t (id INT); INSERT INTO theirs.t VALUES (7);')
})

const refused = async (name: string) => {
  const told = await site.fettle('provision', '--yes', '--json', '--limit', name)
  expect(deedsOf(told, name)).toMatchObject({ exit: 3, changed: [], reacted: [] })
  return resultOf(told, name)?.problem
}

test('data without a server is not touched', async () => {
  expect(await refused('left')).toMatchObject({
    code: 'database.refused',
    message: 'there is data in /var/lib/mysql, and no server that it is of',
  })
  const { stdout } = await lab
    .host('left')
    .sh('ls /var/lib/mysql; cat /var/lib/mysql/ibdata1; ls /usr/sbin/mariadbd 2>&1')
  expect(stdout).toMatch(/^ibdata1\nprecious\n.*No such file/)
})

test('nor is the server of another flavor', async () => {
  await site.describe(siteYml({ flavor: 'mysql' }))
  expect(await refused('used')).toMatchObject({
    code: 'database.refused',
    message: 'the host has a server of MariaDB, and is described as one of MySQL',
  })
  await site.describe(siteYml())
})

test('a server that was there before is taken over, with its databases', async () => {
  const told = await site.fettle('provision', '--yes', '--json', '--limit', 'used')
  expect(resultOf(told, 'used')).toMatchObject({ outcome: 'changed' })
  expect(await sql(lab.host('used'), 'mariadb', 'SELECT * FROM theirs.t; SELECT @@read_only;')).toBe('7\n0')
  expect(deedsOf(await site.fettle('provision', '--yes', '--json', '--limit', 'used'), 'used')).toEqual(nothing)
})

test('its data goes on where its packages were removed by hand', async () => {
  const remove = 'DEBIAN_FRONTEND=noninteractive apt-get -qq -y remove mariadb-server mariadb-server-core'
  await lab.host('used').sh(`${remove} >/dev/null 2>&1`)
  await lab.host('used').sh('[ ! -e /usr/sbin/mariadbd ]')
  const told = await site.fettle('provision', '--yes', '--json', '--limit', 'used')
  expect(deedsOf(told, 'used')).toMatchObject({ exit: 0, changed: expect.arrayContaining(['apt:mariadb-server']) })
  expect(await sql(lab.host('used'), 'mariadb', 'SELECT * FROM theirs.t; SELECT @@read_only;')).toBe('7\n0')
})

test('a server that does not let root in is said to be one', async () => {
  await sql(lab.host('used'), 'mariadb', "ALTER USER 'root'@'localhost' IDENTIFIED BY 'forgotten';")
  expect(await refused('used')).toMatchObject({
    code: 'database.refused',
    detail: expect.stringContaining('Access denied'),
    hint: expect.stringContaining('unix_socket'),
  })
})
