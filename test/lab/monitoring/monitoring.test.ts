import { writeFile } from 'node:fs/promises'
import { beforeAll, expect, test } from 'vitest'
import { quote } from '../../../engine/core/shell.ts'
import { keep, small, sql, useAuthority } from '../database/support.ts'
import { managementOf, tryFrom } from '../firewall/support.ts'
import { usePracticeHosts } from '../harness.ts'
import { canary } from '../leaks/canary.ts'
import { does } from '../support/does.ts'
import { type Site, useSite } from '../support/site.ts'
import { expectDone } from '../support/told.ts'
import { startSinks, toldTo } from './sinks.ts'

const lab = usePracticeHosts([
  { name: 'db1', release: 'trixie' },
  { name: 'db2', release: 'trixie' },
  { name: 'my1', release: 'sid' },
  'lb1',
  { name: 'mon1', release: 'trixie' },
])
const databases = ['db1', 'db2', 'my1']
/** Of the URL: who knows it may write to whoever is told. */
const unguessed = canary.replaceAll(/\W/g, '')
const patient = { timeout: 240_000, interval: 1000 }

const metrics = { from: { group: 'mon' } }
const mail = { to: ['ops@example.com'], from: 'fettle@example.com', server: '127.0.0.1:9025', requireTls: false }
const prometheus = { interval: '2s', wait: '1s', webhooks: { ops: 'file:keys/hook' }, mail: { letters: mail } }
const siteYml = (said: object = {}) => {
  const shop = {
    ...small,
    primary: 'db1',
    balancers: 'lb',
    databases: { shop: {} },
    semiSync: { enabled: true },
    metrics,
  }
  const other = { ...small, cluster: 'other', flavor: 'mysql', metrics }
  return JSON.stringify({
    name: 'shop',
    groups: {
      all: { ufw: {}, base: { metrics } },
      db: { mysql: shop },
      other: { mysql: other },
      lb: {
        haproxy: {
          ...{ metrics, databases: { main: { from: { group: 'lb' } } } },
          ...{ frontends: { web: { backend: 'docs' } }, backends: { docs: { group: 'web', port: 8080 } } },
        },
      },
      web: {
        nginx: {
          trustedProxies: 'lb',
          sites: { docs: { port: 8080, root: '/srv/www/docs', content: { 'index.html': 'docs' } } },
        },
      },
      mon: { prometheus: { ...prometheus, ...said } },
    },
  })
}

let site: Site
const mon = () => lab.host('mon1')

/** What Prometheus knows, by its own query language: labels and values. */
const ask = async (query: string): Promise<readonly (readonly [Record<string, string>, number])[]> => {
  const url = 'http://127.0.0.1:9090/api/v1/query'
  const answer = await does(mon(), `curl -sS --fail --get --data-urlencode ${quote(`query=${query}`)} ${url}`)
  const { data } = JSON.parse(answer) as {
    readonly data: {
      readonly result: readonly { readonly metric: Record<string, string>; readonly value: [number, string] }[]
    }
  }
  return data.result.map(({ metric, value }) => [metric, Number(value[1])])
}

const byHost = async (query: string): Promise<Record<string, number>> =>
  Object.fromEntries((await ask(query)).map(([{ host = '' }, value]) => [host, value]))

beforeAll(async () => {
  site = await useSite({
    siteYml: siteYml(),
    hosts: {
      db: [lab.host('db1'), lab.host('db2')],
      other: [lab.host('my1')],
      lb: [lab.host('lb1')],
      web: [lab.host('my1')],
      mon: [mon()],
    },
    variables: { fettle_management: [managementOf(mon())] },
  })
  keep(site, { replication: 'between', backup: 'copies' })
  await useAuthority(site)
  await writeFile(`${site.folder}/keys/hook`, `http://127.0.0.1:9099/${unguessed}\n`, { mode: 0o600 })
  await startSinks(mon())
  expectDone(await site.fettle('provision', '--yes', '--json'))
})

test('a second run finds nothing to do', async () => {
  const { exit, stdout } = await site.fettle('provision', '--yes')
  expect({ exit, stdout }).toMatchObject({ exit: 0, stdout: expect.stringContaining('Nothing to do') })
})

test('what every role has to tell is collected, from both kinds of server', async () => {
  const jobs = async () => (await ask('count by (job) (up == 1)')).map(([{ job }, value]) => `${job} ${value}`).sort()
  await expect.poll(jobs, patient).toEqual(['database 3', 'haproxy 1', 'mysqld 3', 'node 5', 'prometheus 1'])
  await expect.poll(() => byHost('mysql_up'), patient).toEqual({ db1: 1, db2: 1, my1: 1 })
  expect(await byHost('fettle_database_takes_writes')).toEqual({ db1: 1, db2: 0, my1: 1 })
  expect(await byHost('fettle_database_promoted')).toEqual({ db1: 1, db2: 0, my1: 1 })
  const lag = await byHost('fettle_database_lag_seconds < 5')
  expect(Object.keys(lag).sort()).toEqual(databases)
})

test('an account that is for figures sees no data', async () => {
  for (const [name, flavor] of [
    ['db1', 'mariadb'],
    ['my1', 'mysql'],
  ] as const) {
    const asks = (statement: string) =>
      lab.host(name).sh(`runuser -u prometheus -- ${flavor} --no-defaults --user=prometheus -N -e "${statement}" 2>&1`)
    expect((await asks('SELECT CURRENT_USER()')).stdout).toBe('prometheus@localhost\n')
    expect((await asks('SELECT * FROM mysql.user')).stdout).toMatch(/denied/)
  }
})

test('nobody else reads them, and the pages are for the host itself', async () => {
  const db1 = lab.host('db1').address
  const ends = [`${db1} 9100`, `${db1} 9104`, `${db1} 9306`]
  expect(await tryFrom(lab.host('my1'), ends)).toEqual(Object.fromEntries(ends.map((end) => [end, 'filtered'])))
  expect(await tryFrom(mon(), ends)).toEqual(Object.fromEntries(ends.map((end) => [end, 'open'])))
  const listening = (await mon().sh("ss -Hltn | awk '{print $4}' | grep -E ':(9090|9093|9094)$' | sort")).stdout
  expect(listening).toBe('127.0.0.1:9090\n127.0.0.1:9093\n')
})

test('the way to whoever is told is for nobody else to read', async () => {
  const stat = await does(mon(), 'stat -c "%U:%G %a" /etc/prometheus/alertmanager.yml')
  expect(stat.trim()).toBe('root:prometheus 640')
  const shown = await mon().sh(
    "ps -eww -o args; cat /proc/[0-9]*/cmdline | tr '\\0' ' '; journalctl --no-pager -o export -u prometheus-alertmanager",
  )
  expect(shown.stdout).not.toContain(unguessed)
})

test('nothing is wrong where nothing is wrong', async () => {
  const told = async () => (({ exit, stdout }) => ({ exit, stdout }))(await site.fettle('alerts'))
  await expect.poll(told, patient).toEqual({ exit: 0, stdout: 'Nothing is wrong that anybody watches.\n' })
})

test('a replica that follows no more, and a server that is gone: somebody is told, and told when it is over', async () => {
  await sql(lab.host('db2'), 'mariadb', 'STOP SLAVE;')
  await lab.host('my1').sh('systemctl stop mysql.service')
  const names = async () =>
    (await site.fettle('alerts', '--json')).stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { readonly name: string; readonly host: string | null })
      .map(({ name, host }) => `${name} ${host}`)
      .sort()
  await expect
    .poll(names, patient)
    .toEqual(['DatabaseCommitsAlone db1', 'DatabaseReplicaBehind db2', 'DatabaseSilent my1'])
  const { exit, stdout } = await site.fettle('alerts')
  expect(exit).toBe(3)
  expect(stdout).toMatch(
    /^critical +DatabaseSilent .* The database server of my1 does not answer\. +fettle db status$/m,
  )
  expect(stdout).toMatch(/^warning +DatabaseReplicaBehind .* db2 is .* behind its writer\./m)
  await expect
    .poll(() => toldTo(mon()), patient)
    .toMatch(/posted POST \/\w+ [^\n]*\n\{.*"status":"firing".*DatabaseReplicaBehind/)
  await expect
    .poll(() => toldTo(mon()), patient)
    .toMatch(/mailed RCPT TO:<ops@example\.com>[\s\S]*mailed Subject: .*DatabaseReplicaBehind/)

  await sql(lab.host('db2'), 'mariadb', 'START SLAVE;')
  await lab.host('my1').sh('systemctl start mysql.service')
  expect((await site.fettle('db', 'resume', '--cluster', 'other', '--yes')).exit).toBe(0)
  await expect.poll(names, patient).toEqual([])
  await expect.poll(() => toldTo(mon()), patient).toMatch(/"status":"resolved".*DatabaseReplicaBehind/)
})

test('a website that no server serves any more is known at once, and its server soon', async () => {
  await lab.host('my1').sh('systemctl stop nginx.service')
  const firing = async () => (await site.fettle('alerts')).stdout
  await expect.poll(firing, patient).toContain('lb1 has no server of docs that works.')
  await expect.poll(firing, patient).toContain('lb1 finds my1 of docs down.')
  await lab.host('my1').sh('systemctl start nginx.service')
  await expect.poll(firing, patient).toContain('Nothing is wrong')
})

test('a cluster whose writer is gone has none', async () => {
  await lab.host('db1').sh('systemctl stop mariadb.service')
  const firing = async () => (await site.fettle('alerts')).stdout
  await expect.poll(firing, patient).toContain('No server of the cluster main takes writes.')
  await lab.host('db1').sh('systemctl start mariadb.service')
  expect((await site.fettle('db', 'resume', '--cluster', 'main', '--yes')).exit).toBe(0)
})

test('rules that Prometheus does not understand are refused, and it goes on with those that it has', async () => {
  await site.describe(
    siteYml({ rules: 'groups:\n  - name: own\n    rules:\n      - alert: Odd\n        expr: "sum("\n' }),
  )
  const { exit, stdout, stderr } = await site.fettle('provision', '--yes', '-l', 'mon1')
  expect(exit).toBe(3)
  expect(stdout + stderr).toMatch(/could not parse expression|parse error/)
  expect((await mon().sh('cat /etc/prometheus/site.rules.yml')).stdout).toBe('groups: []\n')
  await site.describe(siteYml())
})
